import { error } from '../../errors.js';
import type { Schema } from '../data/schema.js';
import { fieldOf } from '../data/schema.js';
import type { Struct } from '../data/struct.js';
import { requireMap, requireStruct } from './transformation.js';

/** Steps to a field: one name in syntax V1; in V2 dots part names, and backticks keep dots inside a name (KIP-821). Throws HW_CONNECT_DATA. */
export function fieldPath(text: string, syntax: string): readonly string[] {
  if (syntax.toUpperCase() !== 'V2') return [text];
  const steps: string[] = [];
  let rest = text;
  while (rest !== '') {
    const quoted = /^`((?:\\`|`(?!\.|$)|[^`])*)`(?:\.|$)/.exec(rest);
    if (rest.startsWith('`') && !quoted) {
      throw error('HW_CONNECT_DATA', { problem: `Incomplete backtick pair in path: [${text}]` });
    }
    const [taken = '', step = ''] = quoted ?? /^([^.]*)(?:\.|$)/.exec(rest) ?? [rest, rest];
    steps.push(quoted ? step.replaceAll('\\`.', '`.') : step);
    rest = rest.slice(taken.length);
  }
  if (text.endsWith('.')) steps.push('');
  return steps;
}

/** The schema at the end of a path; nothing where a step is missing. */
export function schemaAt(schema: Schema, path: readonly string[]): Schema | undefined {
  notEmpty(path);
  return path.reduce<Schema | undefined>((at, step) => (at ? fieldOf(at, step)?.schema : undefined), schema);
}

/** The value at the end of a path through structs; null where a step is missing. */
export function valueInStruct(struct: Struct, path: readonly string[], read: (struct: Struct, name: string) => unknown): unknown {
  return path.reduce<unknown>((at, step) => {
    if (at === null || at === undefined) return null;
    const parent = requireStruct(at, 'nested field access');
    return fieldOf(parent.schema, step) ? read(parent, step) : null;
  }, struct);
}

/** The value at the end of a path through schemaless maps; null where a step is missing. */
export function valueInMap(map: Record<string, unknown>, path: readonly string[]): unknown {
  notEmpty(path);
  return (
    path.reduce<unknown>((at, step) => (at === null || at === undefined ? null : requireMap(at, 'nested field access')[step]), map) ?? null
  );
}

function notEmpty(path: readonly string[]): void {
  if (path.length === 0) throw error('HW_CONNECT_DATA', { problem: 'the path of a field is empty' });
}
