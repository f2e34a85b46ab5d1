import { valueText } from './parse-value.js';
import type { ConfigKey, ConfigKeys } from './types.js';

/** One paragraph a key: name, type, default, docs. */
export function configHelp(keys: ConfigKeys): string {
  return listed(keys)
    .map(([name, key]) => `  ${name}  (${key.type.toLowerCase()}, ${defaultText(key)})\n      ${key.doc}`)
    .join('\n');
}

/** A Markdown table of the keys, the important ones first. */
export function configMarkdown(keys: ConfigKeys): string {
  const ranks = ['HIGH', 'MEDIUM', 'LOW'];
  const rank = (key: ConfigKey): number => ranks.indexOf(key.importance ?? 'MEDIUM');
  const rows = listed(keys)
    .sort(([, a], [, b]) => rank(a) - rank(b))
    .map(([name, key]) => `| \`${name}\` | ${key.type.toLowerCase()} | ${defaultText(key)} | ${key.doc.replaceAll('|', '\\|')} |`);
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function listed(keys: ConfigKeys): [string, ConfigKey][] {
  return Object.entries(keys).filter(([, key]) => key.internal !== true);
}

function defaultText(key: ConfigKey): string {
  if (key.default === undefined) return 'required';
  const text = valueText(key.default);
  return text === null ? 'none' : text === '' ? 'empty' : text;
}
