import { describe, expect, it } from 'vitest';
import { Schemas, LogicalTypes, Decimal, mapOf, arrayOf, optional, Struct, structOf } from '../../src/connect/index.js';
import { Plugins } from '../../src/connect/plugins.js';
import { LogRegistry } from '../../src/serde/log-registry.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import { parseProperties } from '../../src/connect/config-file.js';

const plugins = new Plugins([]);
const make = (name: string, properties: Record<string, string> = {}) => plugins.converter(name).create(properties, { side: 'value' });
const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('hex');

describe('number converters', () => {
  it.each([
    ['LongConverter', 258, '0000000000000102'],
    ['LongConverter', -(2n ** 63n), '8000000000000000'],
    ['IntegerConverter', -2, 'fffffffe'],
    ['ShortConverter', 258, '0102'],
    ['DoubleConverter', 1.5, '3ff8000000000000'],
    ['FloatConverter', 1.5, '3fc00000'],
    ['BooleanConverter', true, '01'],
  ])('%s stores %s as Java does', async (name, value, stored) => {
    const converter = make(name);
    const bytes = await converter.fromConnect('t', null, value);
    expect(hex(bytes)).toBe(stored);
    expect((await converter.toConnect('t', bytes)).value).toBe(value);
    expect(await converter.fromConnect('t', null, null)).toBeNull();
  });

  it('refuse bytes of another length and values of another type', () => {
    expect(() => make('LongConverter').toConnect('t', Buffer.alloc(7))).toThrow('size of data is 7');
    expect(() => make('IntegerConverter').fromConnect('t', Schemas.string, 'x')).toThrow('takes INT32, not STRING');
  });
});

describe('the Avro converter', () => {
  it('gives back what it stored, logical types and nested ones too', async () => {
    const log = new MemoryLog();
    const converter = plugins.converter('AvroConverter').create({}, { side: 'value', registry: new LogRegistry(log) });
    const inner = structOf({ label: Schemas.string }, { name: 'Inner' });
    const schema = structOf(
      {
        n: Schemas.int64,
        maybe: Schemas.optionalString,
        at: LogicalTypes.timestamp,
        price: LogicalTypes.decimal(2),
        tags: arrayOf(Schemas.string),
        counts: mapOf(Schemas.string, Schemas.int32),
        inner: optional(inner),
      },
      { name: 'Outer' },
    );
    const value = new Struct(schema, {
      n: 7,
      maybe: null,
      at: new Date(1234),
      price: new Decimal(-1250n, 2),
      tags: ['a', 'b'],
      counts: new Map([['x', 1]]),
      inner: new Struct(inner, { label: 'l' }),
    });
    const read = await converter.toConnect('t', await converter.fromConnect('t', schema, value));
    expect((read.value as Struct).toObject()).toEqual(value.toObject());
    expect(read.schema?.fields?.map((field) => field.name)).toEqual(['n', 'maybe', 'at', 'price', 'tags', 'counts', 'inner']);
    await log.close();
  });
});

describe('the JSON converter', () => {
  it('keeps whole numbers past 2^53 exact', async () => {
    const converter = make('JsonConverter', { 'schemas.enable': 'false' });
    const text = '{"n":9007199254740993,"d":1.5}';
    const { schema, value } = await converter.toConnect('t', Buffer.from(text));
    expect(value).toEqual({ n: 9007199254740993n, d: 1.5 });
    expect(String(await converter.fromConnect('t', schema, value))).toBe(text);
  });

  it('asks for the envelope where schemas are enabled', () => {
    expect(() => make('JsonConverter').toConnect('t', Buffer.from('{"a":1}'))).toThrow('"schema" and "payload"');
  });
});

describe('properties files', () => {
  it('are read as java.util.Properties reads them', () => {
    const text = '# comment\n! another\nname = a\nb:two words \npath=C\\:\\\\x\nlong=one \\\n   two\n\\u0061 = tab\\there\nempty\n';
    expect(parseProperties(text)).toEqual({ name: 'a', b: 'two words ', path: 'C:\\x', long: 'one two', a: 'tab\there', empty: '' });
  });
});
