import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

import {
  aggregate,
  dedupe,
  join,
  json,
  LateOutput,
  MemoryLog,
  openLog,
  readRecords,
  Runtime,
  topicWriter,
  topology,
  uniformAt,
  window,
  type Log,
} from 'headwater';

import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';

interface Reading {
  readonly id: number;
  readonly site: string;
  readonly value: number;
}

const readings = json<Reading>();
const anything = json();
const pair = (left: Reading | null, right: Reading | null): (number | null)[] => [left?.id ?? null, right?.id ?? null];

/**
 * Windows, joins, what comes too late for them, doubles taken out, and windows under another key. Where two topics, or several tasks' records of one topic,
 * meet, one may be a whole round ahead of the other: there the grace is longer than a round, so that what comes out does not depend on it.
 */
const busy = topology('windowed-joins', ({ source, step, repartition, sink }) => {
  const late = new LateOutput<Reading>();
  const left = step('left', source('wj-left', readings).pipe(dedupe({ name: 'once', horizon: '1h', by: ({ id }) => String(id) })));
  const right = source('wj-right', readings);
  const total = aggregate.sum<Reading>(({ value }) => value);
  sink('wj-once', readings, left);
  sink(
    'wj-tumbling',
    anything,
    left.pipe(window.tumbling({ name: 'per-second', size: '1s', grace: '1s', emit: 'final', aggregate: total, late })),
  );
  sink('wj-late', readings, late);
  sink(
    'wj-sessions',
    anything,
    left.pipe(window.session({ name: 'sessions', gap: '300ms', grace: '1s', emit: 'final', aggregate: aggregate.count() })),
  );
  sink('wj-pairs', anything, left.pipe(join.streams(right, { name: 'pairs', within: '100ms', grace: '4s', type: 'outer' }, pair)));
  sink('wj-as-of', anything, left.pipe(join.asOf(right, { name: 'as-of', tolerance: '1s', grace: '4s', type: 'left' }, pair)));
  const bySite = repartition('by-site', readings, left, ({ site }) => site);
  sink(
    'wj-sites',
    anything,
    bySite.pipe(window.hopping({ name: 'sites', size: '2s', advance: '1s', grace: '4s', emit: 'final', aggregate: total })),
  );
});

const topics = ['wj-once', 'wj-tumbling', 'wj-late', 'wj-sessions', 'wj-pairs', 'wj-as-of', 'wj-sites'];
const keys = Array.from({ length: 12 }, (_, index) => `camera-${index}`);
const sites = ['north', 'south', 'east', 'west', 'centre', 'harbour'];
const rounds = 6;
const start = 100_000;

interface Input {
  readonly topic: string;
  readonly key: string;
  readonly value: Reading;
  readonly timestamp: number;
}

/**
 * Two seconds of a round in an order that is off by up to half a second, every tenth record twice, and from the third round on some that are twenty seconds
 * late: too late wherever they go. The last round comes a minute later and closes all.
 */
function round(number: number): Input[] {
  const draw = (index: number, of: number): number => Math.floor(uniformAt(number, index) * of);
  const inputs = Array.from({ length: 150 }, (_, index): Input => {
    const late = number >= 2 && number < rounds - 1 && index % 25 === 7 ? 20_000 : 0;
    const offset = Math.floor((index * 2000) / 150) + draw(4 * index, 500) - late;
    const key = keys[draw(4 * index + 1, keys.length)]!;
    const value = { id: number * 1000 + index, site: sites[draw(4 * index + 2, sites.length)]!, value: 1 + draw(4 * index + 3, 9) };
    return { topic: index % 2 === 0 ? 'wj-left' : 'wj-right', key, value, timestamp: start + number * 2000 + offset };
  });
  const closing = keys.flatMap((key, index) => {
    const value = { id: number * 1000 + 500 + index, site: sites[index % sites.length]!, value: 0 };
    return ['wj-left', 'wj-right'].map((topic): Input => ({ topic, key, value, timestamp: start + number * 2000 + 2400 }));
  });
  const all = number === rounds - 1 ? inputs.map((input) => ({ ...input, timestamp: input.timestamp + 60_000 })) : [...inputs, ...closing];
  return all.flatMap((input, index) => (index % 10 === 3 ? [input, input] : [input]));
}

/** What the topology makes of the rounds on a log, with a new member of the group for each other round. */
async function outputs(log: Log): Promise<Record<string, string[]>> {
  await log.createTopics(['wj-left', 'wj-right'].map((name) => ({ name, partitions: 3 })));
  const runtime = await Runtime.open({ log });
  try {
    let app = await runtime.run(busy, { slice: { records: 17 } });
    for (let number = 0; number < rounds; number++) {
      for (const topic of ['wj-left', 'wj-right']) {
        const own = round(number).filter((input) => input.topic === topic);
        await topicWriter({ log, registry: runtime.registry, topic, format: readings })(own);
      }
      while (!(await app.idle())) await pause(20);
      if (number % 2 === 1) {
        await app.stop();
        app = await runtime.run(busy, { slice: { records: 17 } });
      }
    }
    await app.stop();
    const made: Record<string, string[]> = {};
    for (const topic of topics) {
      const lines: string[] = [];
      for await (const { key, value, timestamp } of readRecords(log, topic)) {
        lines.push(`${Buffer.from(key ?? []).toString()} ${timestamp} ${Buffer.from(value ?? []).toString()}`);
      }
      made[topic] = lines.sort();
    }
    return made;
  } finally {
    await runtime.close();
    await log.close();
  }
}

describeKafka('windows and joins on Kafka', () => {
  it('make of records that are out of order, double and late what they make of them in memory, across restarts', async () => {
    const onKafka = outputs(await openLog(`kafka://${(await sharedKafka()).brokers.join(',')}`));
    onTestFinished(() => onKafka.then(() => undefined));
    const [expected, made] = [await outputs(new MemoryLog()), await onKafka];
    for (const topic of topics) expect([topic, made[topic]]).toEqual([topic, expected[topic]]);
    const distinct = new Set(expected['wj-once']);
    expect(distinct.size).toBe(expected['wj-once']!.length); // no double came through
    for (const topic of topics) expect([topic, expected[topic]!.length > 5]).toEqual([topic, true]);
    const sum = (lines: readonly string[], of: (value: never) => number) =>
      lines.reduce((total, line) => total + of(JSON.parse(line.slice(line.indexOf('{'))) as never), 0);
    const closed = (lines: readonly string[]) => lines.filter((line) => Number(line.split(' ')[1]) < start + 60_000);
    const value = ({ value: one }: { readonly value: number }) => one;
    // each record that was not late is in one window of a second
    expect(sum(closed(expected['wj-tumbling']!), value) + sum(expected['wj-late']!, value)).toBe(sum(closed(expected['wj-once']!), value));
  });
});
