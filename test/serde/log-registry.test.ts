import { describe, expect, it } from 'vitest';
import { LogRegistry, MemoryLog } from 'headwater';
import { checkRegistry } from 'headwater/testing';

const record = (...names: string[]) =>
  JSON.stringify({ type: 'record', name: 'R', fields: names.map((name) => ({ name, type: 'int', default: 0 })) });

const shared = new MemoryLog();
checkRegistry('LogRegistry', () => Promise.resolve(new LogRegistry(shared)), { describe, it });

it('makes no topic while it only reads', async () => {
  const log = new MemoryLog();
  const registry = new LogRegistry(log);
  expect(await registry.subjects()).toEqual([]);
  await expect(registry.schemaById(1)).rejects.toMatchObject({
    code: 'HW_SCHEMA_UNKNOWN',
    message: 'topic _schemas of MemoryLog has no schema 1. Use the registry that the producer used (--registry).',
  });
  expect(await log.topics()).toEqual([]);
});

it('keeps versions and levels in a compacted topic of one partition', async () => {
  const log = new MemoryLog();
  await new LogRegistry(log).register('s', record('a'));
  expect(await log.topics()).toMatchObject([{ name: '_schemas', partitions: 1, cleanup: 'compact' }]);
});

it('is backward compatible unless told otherwise', async () => {
  const registry = new LogRegistry(new MemoryLog());
  await registry.register('s', JSON.stringify({ type: 'record', name: 'R', fields: [] }));
  expect(await registry.compatibility('s')).toBe('BACKWARD');
  const needs = JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'a', type: 'int' }] });
  await expect(registry.register('s', needs)).rejects.toThrow(
    'the schema for s breaks its BACKWARD compatibility: it cannot read what version 1 wrote (no matching field for default-less R.a)',
  );
});

it('lets one of two rival claims win, the same one for every reader', async () => {
  const log = new MemoryLog();
  const claim = (id: number, name: string) => ({
    topic: '_schemas',
    partition: 0,
    key: Buffer.from(JSON.stringify({ keytype: 'SCHEMA', subject: 's', version: 1, claim: name })),
    value: Buffer.from(JSON.stringify({ id, subject: 's', version: 1, schema: record(name) })),
  });
  await log.createTopics([{ name: '_schemas', partitions: 1, cleanup: 'compact' }]);
  await log.append([claim(1, 'a'), claim(2, 'b'), claim(1, 'c')]);
  const registry = new LogRegistry(log);
  expect(await registry.versions('s')).toEqual([{ id: 1, subject: 's', version: 1, schema: record('a') }]);
  expect(await registry.register('s', record('b'))).toBe(2);
});

it('reads past records that are not its own', async () => {
  const log = new MemoryLog();
  await log.createTopics([{ name: '_schemas', partitions: 1, cleanup: 'compact' }]);
  const values = [
    '',
    'x',
    '[]',
    'null',
    '{}',
    JSON.stringify({ id: 1, subject: 's', version: 1, schema: 'message M {}', schemaType: 'PROTOBUF' }),
  ];
  await log.append(
    values.map((value) => ({
      topic: '_schemas',
      partition: 0,
      key: Buffer.from(JSON.stringify({ keytype: 'SCHEMA', subject: 's', version: 1 })),
      value: Buffer.from(value),
    })),
  );
  expect(await new LogRegistry(log).register('s', record('a'))).toBe(1);
});

it('keeps a schema once that rivals bring at the same moment', async () => {
  const log = new MemoryLog();
  const rivals = Array.from({ length: 4 }, () => new LogRegistry(log));
  expect(await Promise.all(rivals.map((rival) => rival.register('s', record('a'))))).toEqual([1, 1, 1, 1]);
  expect(await rivals[0]!.versions('s')).toEqual([{ id: 1, subject: 's', version: 1, schema: record('a') }]);
});
