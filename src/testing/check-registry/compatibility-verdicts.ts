import type { Compatibility } from '../../serde/registry.js';

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
}

export const recordSchema = (...fields: Field[]) => JSON.stringify({ type: 'record', name: 'R', fields });

const a = { name: 'a', type: 'int' };
const one = recordSchema(a);
const withDefault = recordSchema(a, { name: 'b', type: 'int', default: 0 });
const withoutDefault = recordSchema(a, { name: 'b', type: 'int' });
const wider = recordSchema({ name: 'a', type: 'long' });
const other = recordSchema({ name: 'a', type: 'string' });
const renamed = JSON.stringify({ type: 'record', name: 'S', fields: [a] });
const colours = (...symbols: string[]) => recordSchema({ name: 'e', type: { type: 'enum', name: 'E', symbols } });

/** Level, the versions in order, whether the last one may follow the others: the rules of Confluent's registry. */
export const compatibilityVerdicts: readonly [level: Compatibility, what: string, versions: string[], allowed: boolean][] = [
  ['BACKWARD', 'a new field with a default', [one, withDefault], true],
  ['BACKWARD', 'a new field without a default', [one, withoutDefault], false],
  ['BACKWARD', 'a field less', [withoutDefault, one], true],
  ['BACKWARD', 'a wider number', [one, wider], true],
  ['BACKWARD', 'a narrower number', [wider, one], false],
  ['BACKWARD', 'another type', [one, other], false],
  ['BACKWARD', 'another name', [one, renamed], false],
  ['BACKWARD', 'an enum symbol more', [colours('X'), colours('X', 'Y')], true],
  ['BACKWARD', 'an enum symbol less', [colours('X', 'Y'), colours('X')], false],
  ['BACKWARD', 'a branch more', [one, recordSchema({ name: 'a', type: ['int', 'string'] })], true],
  ['BACKWARD', 'what only the version before last forbids', [one, withDefault, withoutDefault], true],
  ['BACKWARD_TRANSITIVE', 'what only the version before last forbids', [one, withDefault, withoutDefault], false],
  ['FORWARD', 'a new field without a default', [one, withoutDefault], true],
  ['FORWARD', 'a field less that had no default', [withoutDefault, one], false],
  ['FORWARD', 'a narrower number', [wider, one], true],
  ['FORWARD', 'what only the version before last forbids', [withoutDefault, withDefault, one], true],
  ['FORWARD_TRANSITIVE', 'what only the version before last forbids', [withoutDefault, withDefault, one], false],
  ['FULL', 'a new field with a default', [one, withDefault], true],
  ['FULL', 'a new field without a default', [one, withoutDefault], false],
  ['FULL', 'a wider number', [one, wider], false],
  ['FULL_TRANSITIVE', 'a field less that had a default', [one, withDefault, one.replace('"int"', '{"type":"int"}')], true],
  ['NONE', 'another type', [one, other], true],
];
