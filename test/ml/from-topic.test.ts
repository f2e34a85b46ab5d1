import { expect, it } from 'vitest';
import { Dataset, json, MemoryLog, SparseVector } from '../../src/index.js';

interface Reading {
  readonly camera: string;
  readonly level: number;
}
const serde = {
  serialize: (value: Reading) => Buffer.from(JSON.stringify(value)),
  deserialize: (bytes: Uint8Array | null) => JSON.parse(Buffer.from(bytes!).toString()) as Reading,
};

it('reads a slice of a topic, the same at every use, whatever is appended later', async () => {
  const log = new MemoryLog();
  await log.createTopics([{ name: 'readings', partitions: 2 }]);
  await log.createTopics([{ name: 'lists', partitions: 1 }]);
  const append = (partition: number, level: number) =>
    log.append([{ topic: 'readings', partition, key: null, value: serde.serialize({ camera: `c${partition}`, level }) }]);
  for (const [partition, level] of [
    [0, 1],
    [1, 2],
    [0, 3],
    [0, 4],
    [1, 5],
  ] as const)
    await append(partition, level);
  const from = [{ topic: 'readings', partition: 0, offset: 1 }];
  const all = await Dataset.fromTopic(log, 'readings', { serde, from });
  expect(all.columns).toEqual(['camera', 'level']);
  const early = await Dataset.fromTopic(log, 'readings', {
    serde,
    columns: ['level', 'at'],
    row: ({ level }, { offset }) => (level === 2 ? undefined : { level, at: offset }),
    to: [{ topic: 'readings', partition: 0, offset: 1 }],
  });
  await append(0, 6);
  const levels = async () => (await all.toRows()).map(({ level }) => level);
  expect([await levels(), await levels()]).toEqual([
    [3, 4, 2, 5],
    [3, 4, 2, 5],
  ]);
  await log.append([
    { topic: 'lists', partition: 0, key: null, value: Buffer.from('{"x":[1,2],"s":{"size":2,"indices":[1],"values":[3]}}') },
  ]);
  const lists = { serde: json<object>().bind({ topic: 'lists', side: 'value', registry: undefined as never }) };
  expect(await (await Dataset.fromTopic(log, 'lists', lists)).toRows()).toEqual([
    { x: Float64Array.of(1, 2), s: new SparseVector(2, Int32Array.of(1), Float64Array.of(3)) },
  ]);
  expect(await early.toRows()).toEqual([
    { level: 1, at: 0 },
    { level: 5, at: 1 },
  ]);
  await expect(Dataset.fromTopic(log, 'none', { serde, columns: [] })).rejects.toThrow(
    expect.objectContaining({ code: 'HW_TOPIC_UNKNOWN' }),
  );
  await log.close();
});
