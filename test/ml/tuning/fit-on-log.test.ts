import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import {
  fitOnLog,
  LogisticRegression,
  type LogisticRegressionParams,
  MemoryLog,
  openLog,
  readRecords,
  serveShards,
  type Dataset,
  type Log,
} from '../../../src/index.js';
import { VectorColumn } from '../../../src/ml/dataset/column.js';
import { Dataset as Data } from '../../../src/ml/dataset/dataset.js';
import { decodeFitReply, FIT_REPLIES_TOPIC, type FitReply } from '../../../src/ml/tuning/fit-messages.js';
import { logisticTable } from '../logistic-table.js';

const SHARDS = 4;
const [rows, width] = [203, 6];
const { x, y } = logisticTable(rows, width, 3, 3);
const labels = ['amber', 'green', 'red'];
const weights = Float64Array.from({ length: rows }, (_, row) => 1 + (row % 3));
const shardOf = (row: number) => (row < 5 ? 0 : 1 + (row % 2));

interface Example {
  readonly features: readonly number[];
  readonly label: string;
  readonly weight: number;
}
const serde = {
  serialize: (value: Example) => Buffer.from(JSON.stringify(value)),
  deserialize: (bytes: Uint8Array | null) => JSON.parse(Buffer.from(bytes!).toString()) as Example,
};
const examples = Array.from({ length: rows }, (_, row): Example => ({
  features: Array.from(x.subarray(row * width, (row + 1) * width)),
  label: labels[y[row]!]!,
  weight: weights[row]!,
}));
/** Unequal shards, the last without a row. */
async function write(log: Log): Promise<void> {
  await log.createTopics([{ name: 'examples', partitions: SHARDS }]);
  await log.append(
    examples.map((value, row) => ({ topic: 'examples', partition: shardOf(row), key: null, value: serde.serialize(value) })),
  );
}
const shardIn =
  (log: Log) =>
  (shard: number): Promise<Dataset> => {
    const to = Array.from({ length: SHARDS }, (_, partition) => ({ topic: 'examples', partition, offset: 0 }));
    const row = ({ features, label, weight }: Example) => ({ features: Float64Array.from(features), label, weight });
    return Data.fromTopic(log, 'examples', {
      serde,
      row,
      columns: ['features', 'label', 'weight'],
      to: to.filter((each) => each.partition !== shard),
    });
  };
const whole = Data.fromColumns({ features: new VectorColumn(x, width), label: examples.map(({ label }) => label), weight: weights });

async function replies(log: Log): Promise<FitReply[]> {
  const found: FitReply[] = [];
  for await (const { value } of readRecords(log, FIT_REPLIES_TOPIC)) found.push(decodeFitReply(value)!);
  return found;
}

it.each<[string, Partial<LogisticRegressionParams>]>([
  ['ridge', { regParam: 0.01 }],
  ['an elastic net', { regParam: 0.02, elasticNetParam: 0.5 }],
  ['balanced classes', { regParam: 0.01, classWeight: 'balanced' }],
  ['weights by class', { regParam: 0.02, elasticNetParam: 0.5, classWeight: { red: 3, green: 0.5 } }],
  ['a penalty on columns as they are', { regParam: 0.01, standardization: false }],
])('reaches the optimum of one machine with %s, rows spread unevenly over partitions', async (_, params) => {
  const log = new MemoryLog();
  await write(log);
  const estimator = new LogisticRegression({ weightCol: 'weight', ...params });
  const options = { estimator, labels, shards: SHARDS, rows: shardIn(log) };
  const members = [
    await serveShards(log, 'head', { ...options, worker: 'a' }),
    await serveShards(log, 'head', { ...options, worker: 'b' }),
  ];
  const model = await fitOnLog(log, 'head', options);
  const alone = await estimator.fit(whole);
  expect(model.labels).toEqual(alone.labels);
  for (const part of ['coefficients', 'intercepts'] as const) {
    const scale = Math.max(...alone.learned[part].map(Math.abs));
    alone.learned[part].forEach((value, i) => expect(Math.abs(model.learned[part][i]! - value)).toBeLessThan(1e-6 * scale));
  }
  await Promise.all(members.map((member) => member.leave()));
  await log.close();
});

it('waits while a shard has no owner, and gives those of a worker that leaves to another, with the same bytes in the end', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'fit-on-log-'));
  const log = await openLog(folder);
  await write(log);
  const estimator = new LogisticRegression({ regParam: 0.01 });
  const options = { estimator, labels, shards: SHARDS, rows: shardIn(log) };
  const first = await serveShards(log, 'moved', { ...options, worker: 'first' });
  const fitting = fitOnLog(log, 'moved', options);
  await expect.poll(async () => (await replies(log)).length, { timeout: 30_000 }).toBeGreaterThan(SHARDS * 3);
  await first.leave();
  const second = await serveShards(log, 'moved', { ...options, worker: 'second' });
  const moved = await fitting;
  const workers = new Set((await replies(log)).map(({ worker }) => worker));
  expect([...workers].sort()).toEqual(['first', 'second']);
  await second.leave();
  const only = await serveShards(log, 'still', { ...options, worker: 'only' });
  expect((await fitOnLog(log, 'still', options)).learned).toEqual(moved.learned);
  await only.leave();
  await log.close();
  rmSync(folder, { recursive: true });
});

it('gives the shards of a worker whose commits fail to another', async () => {
  const log = new MemoryLog();
  await write(log);
  const options = { estimator: new LogisticRegression({ regParam: 0.01 }), labels, shards: SHARDS, rows: shardIn(log) };
  const failures: unknown[] = [];
  const commit = () => Promise.reject(new Error('the disk is full'));
  const failing: Pick<Log, 'join' | 'createTopics'> = {
    createTopics: (specs) => log.createTopics(specs),
    join: ({ onAssigned, ...join }) =>
      log.join({
        ...join,
        onAssigned: (lease) => onAssigned({ ...lease, signal: lease.signal, fetch: (limits) => lease.fetch(limits), commit }),
      }),
  };
  await serveShards(failing as Log, 'handed-on', { ...options, worker: 'failing', onError: (reason) => failures.push(reason) });
  const able = await serveShards(log, 'handed-on', { ...options, worker: 'able' });
  const model = await fitOnLog(log, 'handed-on', options);
  expect(model.labels).toEqual(labels);
  expect(String(failures[0])).toContain('the disk is full');
  expect(new Set((await replies(log)).map(({ worker }) => worker))).toEqual(new Set(['able']));
  await able.leave();
  await log.close();
});

it('says which shard cannot be read, and which label has no row', async () => {
  const log = new MemoryLog();
  await write(log);
  const estimator = new LogisticRegression();
  const serve = (fit: string, known: string[]) =>
    serveShards(log, fit, { estimator, labels: known, shards: SHARDS, rows: shardIn(log), worker: 'w' });
  const few = await serve('few', ['amber', 'green']);
  await expect(fitOnLog(log, 'few', { estimator, labels: ['amber', 'green'], shards: SHARDS })).rejects.toThrow(
    expect.objectContaining({ code: 'HW_FIT_SHARD', message: expect.stringContaining('red') as string }),
  );
  await few.leave();
  const more = [...labels, 'white'];
  const many = await serve('many', more);
  await expect(fitOnLog(log, 'many', { estimator, labels: more, shards: SHARDS })).rejects.toThrow('white, which none has');
  await many.leave();
  await log.close();
});
