import { defineConfig, validators } from '../../config/index.js';
import { error } from '../../errors.js';
import { Decimal } from '../data/decimal.js';
import type { Schema } from '../data/schema.js';
import { isPlainMap, Struct } from '../data/struct.js';
import { castValue, type CastType } from './cast-value.js';
import { fieldReader, onKeyAndValue, requireMap, requireStruct } from './transformation.js';
import { nonEmptyList, replaceNullWithDefault } from './transform-keys.js';

const config = defineConfig({
  fields: { type: 'LIST', importance: 'HIGH', doc: 'Fields to mask.', validator: nonEmptyList },
  replacement: {
    type: 'STRING',
    default: null,
    importance: 'LOW',
    doc: 'What to put instead, for numbers and texts; without it the null value of the type.',
    validator: validators.nonEmpty,
  },
  ...replaceNullWithDefault,
});

/** Replaces fields by the null value of their type, or by a given one (`MaskField`). */
export const maskField = onKeyAndValue('MaskField', config, (options, side) => {
  const masked = new Set(options.fields);
  const read = fieldReader(options['replace.null.with.default']);
  const mask = (schema: Schema | null, value: unknown): unknown =>
    value === null || value === undefined
      ? null
      : options.replacement === null
        ? nullValue(value)
        : replaced(schema, value, options.replacement);

  return (record) => {
    const schema = side.schema(record);
    const value = side.value(record);
    if (!schema) {
      const map = requireMap(value, 'mask fields');
      return side.replace(record, null, { ...map, ...Object.fromEntries(options.fields.map((name) => [name, mask(null, map[name])])) });
    }
    const struct = requireStruct(value, 'mask fields');
    const cells = (schema.fields ?? []).map(({ name, schema: field }) => {
      const cell = read(struct, name);
      return [name, masked.has(name) ? mask(field, cell) : cell] as const;
    });
    return side.replace(record, schema, new Struct(schema, cells));
  };
});

function nullValue(value: unknown): unknown {
  if (typeof value === 'boolean') return false;
  if (typeof value === 'number' || typeof value === 'bigint') return 0;
  if (typeof value === 'string') return '';
  if (value instanceof Date) return new Date(0);
  if (value instanceof Decimal) return new Decimal(0n, 0);
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map();
  if (isPlainMap(value)) return {};
  throw error('HW_CONNECT_DATA', { problem: 'Cannot mask value of this type' });
}

function replaced(schema: Schema | null, value: unknown, replacement: string): unknown {
  if (typeof value === 'string') return replacement;
  if (value instanceof Decimal) return Decimal.parse(replacement);
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    throw error('HW_CONNECT_DATA', { problem: `Cannot mask value of type ${typeof value} with custom replacement.` });
  }
  const type = schema?.type ?? (Number.isInteger(value) ? 'INT64' : 'FLOAT64');
  const parsed = castValue(null, replacement, type.startsWith('FLOAT') ? 'FLOAT64' : 'INT64');
  return castValue(null, parsed, type as CastType);
}
