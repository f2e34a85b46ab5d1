import { deepEqual, equal, ok } from 'node:assert/strict';
import { partitionFor } from '../../log/partitioner.js';
import { contents, freshTopic, headerTexts, record, text, texts, type LogCase } from './log-case.js';

/** What comes out of a log is what went in. */
export const recordCases: LogCase[] = [
  {
    name: 'gives growing offsets and keeps the order of a partition',
    run: async (log) => {
      const topic = await freshTopic(log);
      const first = await log.append([record(topic, 'a'), record(topic, 'b')]);
      const second = await log.append([record(topic, 'c')]);
      const records = await contents(log, topic);
      deepEqual(texts(records), ['a', 'b', 'c']);
      const places = records.map(({ partition, offset }) => ({ topic, partition, offset }));
      deepEqual([...first, ...second], places);
      ok(places.every(({ offset }, i) => i === 0 || offset > places[i - 1]!.offset));
    },
  },
  {
    name: 'keeps the order of appends that do not wait for each other',
    run: async (log) => {
      const topic = await freshTopic(log);
      const values = Array.from({ length: 50 }, (_, i) => String(i));
      await Promise.all(values.map((value) => log.append([record(topic, value)])));
      deepEqual(texts(await contents(log, topic)), values);
    },
  },
  {
    name: "puts keyed records where Kafka's default partitioner puts them",
    run: async (log) => {
      const topic = await freshTopic(log, 6);
      const keys = Array.from({ length: 30 }, (_, i) => Buffer.from(`camera-${i}`));
      const appended = await log.append(keys.map((key) => ({ topic, key, value: key })));
      deepEqual(
        appended.map(({ partition }) => partition),
        keys.map((key) => partitionFor(key, 6)),
      );
    },
  },
  {
    name: 'spreads records without a key over all partitions',
    run: async (log) => {
      const topic = await freshTopic(log, 3);
      const appended = [];
      for (let i = 0; i < 30; i++) appended.push(...(await log.append([{ topic, key: null, value: Buffer.from('a') }])));
      equal(new Set(appended.map(({ partition }) => partition)).size, 3);
    },
  },
  {
    name: 'keeps null and empty apart in keys and values',
    run: async (log) => {
      const topic = await freshTopic(log);
      const empty = new Uint8Array(0);
      await log.append([
        record(topic, '', { key: Buffer.from('k'), value: null }),
        record(topic, '', { key: empty, value: empty }),
        record(topic, '', { key: null, value: null }),
      ]);
      const pairs = (await contents(log, topic)).map(({ key, value }) => [text(key), text(value)]);
      deepEqual(pairs, [
        ['k', '(null)'],
        ['', ''],
        ['(null)', '(null)'],
      ]);
    },
  },
  {
    name: 'keeps headers: their order, repeated names, values that are null or empty',
    run: async (log) => {
      const topic = await freshTopic(log);
      const headers = [
        { key: 'b', value: Buffer.from('1') },
        { key: 'ä', value: null },
        { key: 'b', value: Buffer.from('2') },
        { key: 'empty', value: new Uint8Array(0) },
      ];
      await log.append([record(topic, 'a', { headers }), record(topic, 'b')]);
      const [first, second] = await contents(log, topic);
      deepEqual(new Map(grouped(headerTexts(first!.headers))), new Map(grouped(headerTexts(headers))));
      deepEqual(second!.headers, []);
    },
  },
  {
    name: 'keeps event times, and takes the time of the append where there is none',
    run: async (log) => {
      const topic = await freshTopic(log);
      const before = Date.now();
      await log.append([record(topic, 'a', { timestamp: 1_234_567_890_123 }), { topic, partition: 0, key: null, value: null }]);
      const [first, second] = await contents(log, topic);
      equal(first!.timestamp, 1_234_567_890_123);
      equal(Math.abs(second!.timestamp - before) < 60_000, true);
    },
  },
  {
    name: 'keeps a record of 4 MB to the byte',
    run: async (log) => {
      const topic = await freshTopic(log);
      const value = Buffer.alloc(
        4 * 2 ** 20,
        Uint8Array.from({ length: 251 }, (_, i) => i),
      );
      await log.append([record(topic, '', { value }), record(topic, 'after')]);
      const records = await contents(log, topic);
      equal(records.length, 2);
      equal(value.equals(records[0]!.value!), true);
    },
  },
  {
    name: 'is not changed by what the caller does with its buffer later',
    run: async (log) => {
      const topic = await freshTopic(log);
      const value = Buffer.from('before');
      const done = log.append([record(topic, '', { value })]);
      await done;
      value.write('after!');
      deepEqual(texts(await contents(log, topic)), ['before']);
    },
  },
  { name: 'takes an append of nothing', run: async (log) => deepEqual(await log.append([]), []) },
];

/** Headers by name: a log may group repeated names (kafkajs does), but keeps the order within a name. */
function grouped(headers: [string, string][]): [string, string[]][] {
  return [...new Set(headers.map(([key]) => key))].map((name) => [name, headers.filter(([key]) => key === name).map(([, value]) => value)]);
}
