import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avroType } from '../../src/serde/avro-types.js';
import { decodeMessage, encodeMessage, schemaIdOf } from '../../src/serde/wire.js';

const record = (...fields: { name: string; type: unknown }[]) => avroType(JSON.stringify({ type: 'record', name: 'R', fields }));
const message = (...body: number[]) => Buffer.from([0, 0, 0, 0, 1, ...body]);

describe('Avro bytes', () => {
  const type = record({ name: 'bytes', type: ['null', 'bytes'] });

  it('are views of the message, not copies', () => {
    const encoded = encodeMessage(type, 1, { bytes: Buffer.alloc(60_000, 7) });
    const { bytes } = decodeMessage(type, encoded) as { bytes: Uint8Array };
    expect(bytes).toHaveLength(60_000);
    expect(bytes.buffer).toBe(encoded.buffer);
  });

  it('take any Uint8Array', () => {
    const encoded = encodeMessage(type, 1, { bytes: new Uint8Array([1, 2, 3]).subarray(1) });
    expect(decodeMessage(type, encoded)).toEqual({ bytes: Buffer.from([2, 3]) });
  });

  it('take no string', () => {
    expect(() => encodeMessage(type, 1, { bytes: 'abc' })).toThrow(/invalid/);
  });
});

describe('float32-array', () => {
  const type = record({ name: 'pad', type: 'string' }, { name: 'row', type: { type: 'bytes', logicalType: 'float32-array' } });

  it.each(['', 'a', 'ab', 'abc'])('keeps every float behind "%s", aligned or not', (pad) => {
    const row = Float32Array.of(0, -0, 1.5, 3.4e38, Number.NaN, Number.POSITIVE_INFINITY);
    expect(decodeMessage(type, encodeMessage(type, 1, { pad, row }))).toEqual({ pad, row });
  });

  it('refuses a length that is no multiple of four', () => {
    expect(() => decodeMessage(type, message(0, 6, 1, 2, 3))).toThrow('3 bytes are no row of float32');
  });
});

describe('hostile lengths', () => {
  const longest = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
  const endless = Array.from({ length: 200 }, () => 0x80);

  it.each([
    ['bytes', 'bytes'],
    ['string', 'string'],
    ['array of null', { type: 'array', items: 'null' }],
    ['array of strings', { type: 'array', items: 'string' }],
    ['map', { type: 'map', values: 'long' }],
  ])('of %s end in an error at once', (_, type) => {
    for (const length of [longest, [0xfe, ...longest.slice(1)], endless, [0x01, ...longest], [0xfe, 0xff, 0xff, 0xff, 0x0f]]) {
      expect(() => decodeMessage(record({ name: 'f', type }), message(...length))).toThrow();
    }
  });

  it.each([
    ['array', { type: 'array', items: 'long' }],
    ['map', { type: 'map', values: 'long' }],
  ])('of a skipped %s end in an error at once', (_, type) => {
    const writer = record({ name: 'gone', type }, { name: 'kept', type: 'long' });
    const reader = record({ name: 'kept', type: 'long' });
    const resolver = reader.createResolver(writer);
    for (const block of [longest, [0x01, 0x0f], [0x01, ...longest], endless]) {
      expect(() => decodeMessage(reader, message(...block), resolver)).toThrow();
    }
  });

  it('leave the decoder usable', () => {
    const fixed = record({ name: 'f', type: { type: 'fixed', name: 'F', size: 2 } });
    const bytes = record({ name: 'b', type: 'bytes' });
    expect(() => decodeMessage(bytes, message(...endless))).toThrow();
    expect(decodeMessage(fixed, message(4, 5))).toEqual({ f: Buffer.from([4, 5]) });
  });
});

it('skips blocks with a byte size by their size', () => {
  const writer = record({ name: 'gone', type: { type: 'array', items: 'long' } }, { name: 'kept', type: 'long' });
  const reader = record({ name: 'kept', type: 'long' });
  const negativeCount = [0x03, 0x04, 0x02, 0x04, 0x00];
  expect(decodeMessage(reader, message(...negativeCount, 0x0e), reader.createResolver(writer))).toEqual({ kept: 7 });
});

it('keeps a map key named __proto__ as a key', () => {
  const type = record({ name: 'm', type: { type: 'map', values: 'string' } });
  const map = JSON.parse('{"__proto__": "x", "a": "y"}') as object;
  const decoded = decodeMessage(type, encodeMessage(type, 1, { m: map })) as { m: object };
  expect(Object.entries(decoded.m)).toEqual([
    ['__proto__', 'x'],
    ['a', 'y'],
  ]);
});

describe('wire format', () => {
  const type = record({ name: 's', type: 'string' }, { name: 'n', type: 'long' });

  it('is a zero byte, a big-endian id and the body, small and large', () => {
    for (const size of [0, 1, 1000, 1023, 1024, 5000]) {
      const value = { s: 'x'.repeat(size), n: -1 - size };
      const encoded = encodeMessage(type, 0x01020304, value);
      expect([...encoded.subarray(0, 5)]).toEqual([0, 1, 2, 3, 4]);
      expect(schemaIdOf(encoded)).toBe(0x01020304);
      expect(encoded.subarray(5).equals(type.toBuffer(value))).toBe(true);
      expect(decodeMessage(type, encoded)).toEqual(value);
    }
  });

  it('says what is wrong with a header', () => {
    expect(schemaIdOf(Buffer.from([0, 1]))).toBe('2 bytes are too short for a schema id');
    expect(schemaIdOf(Buffer.from('{"a":1}'))).toBe('it starts with byte 123, expected 0 and a schema id');
  });

  it('reads back whatever it wrote', () => {
    const every = record(
      { name: 'i', type: 'int' },
      { name: 'l', type: 'long' },
      { name: 's', type: ['null', 'string'] },
      { name: 'b', type: 'bytes' },
      { name: 'a', type: { type: 'array', items: 'double' } },
      { name: 'm', type: { type: 'map', values: 'string' } },
    );
    fc.assert(
      fc.property(
        fc.record({
          i: fc.integer(),
          l: fc.integer({ min: -(2 ** 52), max: 2 ** 53 - 2 }),
          s: fc.option(fc.string({ unit: 'grapheme' })),
          b: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
          a: fc.array(fc.double()),
          m: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
        }),
        (value) => {
          expect(decodeMessage(every, encodeMessage(every, 1, value))).toEqual(value);
        },
      ),
    );
  });
});
