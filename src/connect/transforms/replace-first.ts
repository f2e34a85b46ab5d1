import { error } from '../../errors.js';

/**
 * Replaces the first match as Java's `Matcher.replaceFirst`: `$1`, as many digits as there are groups for, and `${name}` stand for groups, a backslash
 * takes a character as it is. Throws HW_CONNECT_DATA where there is no such group.
 */
export function replaceFirst(text: string, pattern: RegExp, replacement: string): string {
  const match = pattern.exec(text);
  if (!match) return text;
  const filled = replacement.replace(/\\([\s\S]?)|\$(?:\{(\w*)\}?|(\d+))?/g, (whole, escaped?: string, name?: string, digits?: string) => {
    if (escaped !== undefined && escaped !== '') return escaped;
    if (name !== undefined && match.groups && name in match.groups) return match.groups[name] ?? '';
    if (digits !== undefined) return numbered(match, digits);
    throw error('HW_CONNECT_DATA', { problem: `${whole} in the replacement ${replacement} names no group of the expression` });
  });
  return text.slice(0, match.index) + filled + text.slice(match.index + match[0].length);
}

/** The first digit counts always, each further one while there is such a group. */
function numbered(match: RegExpExecArray, digits: string): string {
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) < match.length) length++;
  const group = Number(digits.slice(0, length));
  if (group >= match.length) throw error('HW_CONNECT_DATA', { problem: `the expression has no group ${group}` });
  return (match[group] ?? '') + digits.slice(length);
}
