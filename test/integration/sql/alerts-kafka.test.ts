import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

import {
  LocalLog,
  MemoryLog,
  openLog,
  PredictionEvent,
  readRecords,
  Runtime,
  topicWriter,
  uniformAt,
  type Log,
} from '../../../src/index.js';
import alerts from '../../../topologies/sql-alerts.js';
import { describeKafka, sharedKafka } from '../../kafka/shared-kafka.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prediction } from '../../sql/prediction.js';

const regions = ['gate/lane', 'gate/pavement', 'yard/door', 'yard/ramp'];
const rounds = 4;

/** A minute of predictions of four regions, the last one of each long after the others, so that all windows close. */
function round(number: number): { key: string; value: PredictionEvent; timestamp: number }[] {
  return Array.from({ length: 60 }, (_, index) => {
    const region = regions[index % regions.length]!;
    const at = 1_000_000 + number * 15_000 + index * 250 + (number === rounds - 1 ? 60_000 : 0);
    const occupied = region === 'gate/lane' ? 0.6 + 0.4 * uniformAt(number, index) : uniformAt(number, index);
    const [camera = '', name = ''] = region.split('/');
    return { key: region, value: prediction(camera, name, at, occupied, number * 60 + index), timestamp: at };
  });
}

/** What the topology has committed, with a new member of the group after each round but the last. */
async function outputs(log: Log): Promise<Record<'alerts' | 'busy-regions', string[]>> {
  await log.createTopics([{ name: 'predictions', partitions: 2 }]);
  const runtime = await Runtime.open({ log });
  try {
    let app = await runtime.run(alerts, { slice: { records: 7 } });
    for (let number = 0; number < rounds; number++) {
      await topicWriter({ log, registry: runtime.registry, topic: 'predictions', format: PredictionEvent })(round(number));
      if (number === 1)
        await pause(50); // the next stop falls into the work
      else while (!(await app.idle())) await pause(20);
      await app.stop();
      if (number < rounds - 1) app = await runtime.run(alerts, { slice: { records: 7 } });
    }
    const read = async (topic: string): Promise<string[]> => {
      const lines: string[] = [];
      for await (const { key, value } of readRecords(log, topic))
        lines.push(`${Buffer.from(key ?? []).toString()} ${Buffer.from(value ?? []).toString()}`);
      return lines.sort();
    };
    return { alerts: await read('alerts'), 'busy-regions': await read('busy-regions') };
  } finally {
    await runtime.close();
    await log.close();
  }
}

function expectAll(made: Record<'alerts' | 'busy-regions', string[]>): void {
  const all = Array.from({ length: rounds }, (_, number) => round(number)).flat();
  const sure = all.filter(({ value }) => value.probabilities[1]! > 0.95);
  expect(made.alerts.map((line) => (JSON.parse(line.slice(line.indexOf('{'))) as { prediction: string }).prediction).sort()).toEqual(
    sure.map(({ value }) => value.id).sort(),
  );
  const windows = new Map<string, number[]>();
  for (const { key, value, timestamp } of all) {
    if (timestamp >= 1_090_000) continue; // the windows of the last round may still be open
    const name = `${key} ${Math.floor(timestamp / 10_000) * 10_000}`;
    windows.set(name, [...(windows.get(name) ?? []), value.label === 'occupied' ? 1 : 0]);
  }
  const busy = [...windows].filter(([, each]) => each.reduce((sum, one) => sum + one, 0) / each.length > 0.8).map(([name]) => name);
  const closed = made['busy-regions']
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as { region: string; window_start: number })
    .filter(({ window_start }) => window_start < 1_090_000)
    .map(({ region, window_start }) => `${region} ${window_start}`);
  expect(closed.sort()).toEqual(busy.sort());
  expect(busy.length).toBeGreaterThan(2);
}

it('alerts once about each prediction on the embedded log, across stops in the middle of the work', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'headwater-alerts-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const made = await outputs(LocalLog.open(directory));
  expectAll(made);
  expect(made).toEqual(await outputs(new MemoryLog()));
});

describeKafka('sql-alerts on Kafka', () => {
  it('alerts once about each prediction, across stops in the middle of the work', async () => {
    expectAll(await outputs(await openLog(`kafka://${(await sharedKafka()).brokers.join(',')}`)));
  });
});
