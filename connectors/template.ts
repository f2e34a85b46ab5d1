import type { Validator } from 'headwater/connect';

const PLACEHOLDER = /\$\{([^}]*)\}/g;

/** Fills each `${name}` of a template. `value` gives the text of a name, or throws where there is none. */
export function fillTemplate(template: string, value: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => value(name));
}

/** A template whose placeholders are all known: `known` matches a whole name. */
export function templateOf(known: RegExp): Validator {
  return (template) => {
    const names = typeof template === 'string' ? [...template.matchAll(PLACEHOLDER)].map(([, name = '']) => name) : [];
    const unknown = names.find((name) => !known.test(name));
    return unknown === undefined ? undefined : `There is no placeholder \${${unknown}}`;
  };
}

/** The text of one level of a path (`/` between them, counted from 1) in a template. Throws where it has fewer levels. */
export function levelOf(path: string, number: string): string {
  const level = path.split('/')[Number(number) - 1];
  if (level === undefined) throw new Error(`"${path}" has no level ${number}`);
  return level;
}
