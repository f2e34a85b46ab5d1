import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  avro,
  ConfluentRegistry,
  LogRegistry,
  MemoryLog,
  type AvroFormat,
  type Format,
  type Serde,
  type SerdeContext,
  type ValueOf,
} from 'headwater';

interface Reading {
  readonly sensor: string;
  readonly value: number;
}

const fields = [
  { name: 'sensor', type: 'string' },
  { name: 'value', type: 'double' },
];
const reading = { type: 'record', name: 'Reading', fields };
const context = (): SerdeContext => ({ topic: 'readings', side: 'value', registry: new LogRegistry(new MemoryLog()) });
const write = async <T>(serde: Serde<T>, value: T) => (await serde.serialize(value))!;

it('registers under TOPIC-value and writes magic, id and body', async () => {
  const bound = context();
  const message = await write(avro<Reading>('Reading', reading).bind(bound), { sensor: 'a', value: 1 });
  const [version] = await bound.registry.versions('readings-value');
  expect(version).toMatchObject({ version: 1, schema: JSON.stringify(reading) });
  expect(Buffer.from(message).toString('hex')).toBe(`00${String(version?.id).padStart(8, '0')}0261000000000000f03f`);
});

it('waits for the registry once, then works without promises', async () => {
  const bound = context();
  const serde = avro<Reading>('Reading', reading).bind(bound);
  const message = await write(serde, { sensor: 'a', value: 1 });
  expect(serde.serialize({ sensor: 'b', value: 2 })).toBeInstanceOf(Uint8Array);
  await serde.deserialize(message);
  expect(serde.deserialize(message)).toEqual({ sensor: 'a', value: 1 });
});

it('registers once, however many values wait for it', async () => {
  const log = new MemoryLog();
  const serde = avro<Reading>('Reading', reading).bind({ topic: 't', side: 'value', registry: new LogRegistry(log) });
  await Promise.all(Array.from({ length: 10 }, (_, value) => write(serde, { sensor: 'a', value })));
  expect(await log.bounds('_schemas')).toMatchObject([{ latest: 1 }]);
});

it('reads what older and newer producers write', async () => {
  const bound = context();
  await bound.registry.setCompatibility('FULL');
  const unit = { name: 'unit', type: 'string', default: 'C' };
  const before = avro<Reading>('Reading', reading).bind(bound);
  const after = avro<Reading & { unit: string }>('Reading', { ...reading, fields: [unit, ...fields] }).bind(bound);
  expect(await after.deserialize(await write(before, { sensor: 'a', value: 1 }))).toEqual({ unit: 'C', sensor: 'a', value: 1 });
  expect(await before.deserialize(await write(after, { unit: 'F', sensor: 'a', value: 1 }))).toEqual({ sensor: 'a', value: 1 });
});

describe('HW_SERDE', () => {
  const refusal = async (bytes: (good: Buffer) => Uint8Array | null, bound = context()) => {
    const serde = avro<Reading>('Reading', reading, { check: ({ value }) => (value < 0 ? 'its value is negative' : undefined) }).bind(
      bound,
    );
    const good = Buffer.from(await write(serde, { sensor: 'a', value: 1 }));
    return async () => await serde.deserialize(bytes(good));
  };

  it.each<[string, (good: Buffer) => Uint8Array | null, string]>([
    ['null', () => null, 'it is null'],
    ['an empty value', () => new Uint8Array(), '0 bytes are too short for a schema id'],
    ['JSON', () => Buffer.from('{"sensor":"a"}'), 'it starts with byte 123, expected 0 and a schema id'],
    ['an id that nobody registered', () => Buffer.from([0, 0, 0, 0, 9, 0]), 'topic _schemas of MemoryLog has no schema 9'],
    ['a negative id', () => Buffer.from([0, 255, 255, 255, 255, 0]), 'topic _schemas of MemoryLog has no schema -1'],
    ['a value cut short', (good) => good.subarray(0, -1), 'it ends early, after 14 bytes'],
    ['bytes left over', (good) => Buffer.concat([good, Buffer.from([0])]), '1 bytes are left over'],
    ['a value that fails its check', (good) => Buffer.concat([good.subarray(0, -1), Buffer.from([0xbf])]), 'its value is negative'],
  ])('on %s', async (_, bytes, reason) => {
    const message = expect.stringContaining(`value of topic readings is no Reading: ${reason}`) as string;
    await expect(await refusal(bytes)).rejects.toMatchObject({ code: 'HW_SERDE', message });
  });

  it('on a schema that cannot be read as its own', async () => {
    const bound = context();
    const other = avro<string>('Name', 'string').bind({ ...bound, topic: 'names' });
    await expect(await refusal(() => null, bound)).rejects.toMatchObject({ code: 'HW_SERDE' });
    const name = await write(other, 'x');
    await expect(async () => await avro<Reading>('Reading', reading).bind(bound).deserialize(name)).rejects.toThrow(
      'it was written with schema 2, which Reading cannot read',
    );
  });

  it('on a value that is not of the schema, or fails its check', async () => {
    const serde = avro<Reading>('Reading', reading, { check: () => 'never right' }).bind(context());
    await expect(async () => await serde.serialize({ sensor: 'a', value: 1 })).rejects.toThrow('never right');
    const plain = avro<Reading>('Reading', reading).bind(context());
    await expect(async () => await plain.serialize({ sensor: 'a' } as Reading)).rejects.toThrow(
      'value of topic readings is no Reading: value is undefined, expected double',
    );
  });

  it('names the field that does not fit, however deep it lies', async () => {
    const inner = { type: 'record', name: 'Inner', fields: [{ name: 'rows', type: { type: 'array', items: ['null', 'bytes'] } }] };
    const outer = avro<object>('Outer', { type: 'record', name: 'Outer', fields: [{ name: 'inner', type: inner }] });
    const serde = outer.bind(context());
    await expect(async () => await serde.serialize({ inner: { rows: [null, 'x'] } })).rejects.toThrow(
      'inner.rows.1 is "x", expected null or bytes',
    );
  });

  it('and nothing else, whatever the bytes are', async () => {
    const everything = avro<object>('Everything', {
      type: 'record',
      name: 'Everything',
      fields: [
        { name: 'union', type: ['null', 'bytes', 'string', 'double'] },
        { name: 'array', type: { type: 'array', items: { type: 'array', items: 'null' } } },
        { name: 'map', type: { type: 'map', values: { type: 'map', values: 'long' } } },
        { name: 'fixed', type: { type: 'fixed', name: 'F', size: 3 } },
        { name: 'enum', type: { type: 'enum', name: 'E', symbols: ['A', 'B'] } },
        { name: 'row', type: { type: 'bytes', logicalType: 'float32-array' } },
        { name: 'next', type: ['null', 'Everything'] },
      ],
    }).bind(context());
    const leaf = {
      union: 'x',
      array: [[null]],
      map: { a: { b: 1 } },
      fixed: Buffer.alloc(3),
      enum: 'B',
      row: Float32Array.of(1, 2),
      next: null,
    };
    const good = await write(everything, { ...leaf, next: leaf });
    const header = good.subarray(0, 5);
    await everything.deserialize(good);
    const outcome = (bytes: Uint8Array) => {
      try {
        return typeof everything.deserialize(bytes);
      } catch (reason) {
        return (reason as { code?: string }).code;
      }
    };
    const edits = fc.array(fc.tuple(fc.nat(good.length - 6), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), edits), (bodyOrEdits) => {
        let message = Buffer.from(good);
        if (bodyOrEdits instanceof Uint8Array) message = Buffer.concat([header, bodyOrEdits]);
        else for (const [at, byte] of bodyOrEdits) message[5 + at] = byte;
        expect(outcome(message)).toMatch(/^(object|HW_SERDE)$/);
      }),
      { numRuns: 3000 },
    );
  });
});

it('passes on what is wrong with the registry, which is no fault of the record', async () => {
  const bound = context();
  const serde = avro<Reading>('Reading', reading).bind(bound);
  const message = await write(serde, { sensor: 'a', value: 1 });
  const registry = new ConfluentRegistry('http://127.0.0.1:9', { retryDelayMs: 1 });
  const reader = avro<Reading>('Reading', reading).bind({ ...bound, registry });
  await expect(async () => await reader.deserialize(message)).rejects.toMatchObject({ code: 'HW_REGISTRY_AWAY' });
});

it('is a format of its type', () => {
  expectTypeOf(avro<Reading>('Reading', reading)).toExtend<Format<Reading>>();
  expectTypeOf<ValueOf<AvroFormat<Reading>>>().toEqualTypeOf<Reading>();
});
