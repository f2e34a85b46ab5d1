import { deepEqual, equal } from 'node:assert/strict';
import { contents, freshTopic, record, take, texts, type LogCase } from './log-case.js';

const hour = 3_600_000;

/** Fetching outside a group. */
export const readerCases: LogCase[] = [
  {
    name: 'reads from the given position',
    run: async (log) => {
      const topic = await freshTopic(log);
      const appended = await log.append(['a', 'b', 'c', 'd'].map((value) => record(topic, value)));
      const reader = await log.reader([appended[2]!]);
      deepEqual(texts(await take(reader, 2)), ['c', 'd']);
      await reader.close();
    },
  },
  {
    name: 'fetches at most the records asked for, and goes on where it stopped',
    run: async (log) => {
      const topic = await freshTopic(log);
      await log.append(['a', 'b', 'c'].map((value) => record(topic, value)));
      const reader = await log.reader([{ topic, partition: 0, offset: 0 }]);
      deepEqual(texts(await reader.fetch({ records: 2, waitMs: 30_000 })), ['a', 'b']);
      deepEqual(texts(await reader.fetch({ records: 2, waitMs: 30_000 })), ['c']);
      await reader.close();
    },
  },
  {
    name: 'fetches at most the bytes asked for, but one record always',
    run: async (log) => {
      const topic = await freshTopic(log);
      await log.append([record(topic, 'x'.repeat(1_000)), record(topic, 'y'.repeat(400)), record(topic, 'z'.repeat(400))]);
      const reader = await log.reader([{ topic, partition: 0, offset: 0 }]);
      const lengths = [];
      for (let i = 0; i < 2; i++) lengths.push((await reader.fetch({ bytes: 900, waitMs: 30_000 })).map(({ value }) => value!.length));
      deepEqual(lengths, [[1_000], [400, 400]]);
      await reader.close();
    },
  },
  {
    name: 'merges partitions by event time',
    run: async (log) => {
      const topic = await freshTopic(log, 2);
      const times = [
        [1, 4, 5],
        [2, 3, 6],
      ];
      await log.append(
        times.flatMap((list, partition) => list.map((time) => record(topic, String(time), { partition, timestamp: time * hour }))),
      );
      const reader = await log.reader([0, 1].map((partition) => ({ topic, partition, offset: 0 })));
      const records = await take(reader, 6);
      for (const partition of [0, 1]) {
        deepEqual(texts(records.filter((at) => at.partition === partition)), times[partition]!.map(String));
      }
      await reader.close();
    },
  },
  {
    name: 'waits for a record that comes later',
    run: async (log) => {
      const topic = await freshTopic(log);
      const reader = await log.reader([{ topic, partition: 0, offset: 0 }]);
      const fetched = reader.fetch({ waitMs: 30_000 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await log.append([record(topic, 'late')]);
      deepEqual(texts(await fetched), ['late']);
      await reader.close();
    },
  },
  {
    name: 'gives an empty list when the wait is over',
    run: async (log) => {
      const topic = await freshTopic(log);
      const reader = await log.reader([{ topic, partition: 0, offset: 0 }]);
      deepEqual(await reader.fetch(), []);
      deepEqual(await reader.fetch({ waitMs: 50 }), []);
      await reader.close();
    },
  },
  {
    name: 'ends a wait when the signal aborts',
    run: async (log) => {
      const topic = await freshTopic(log);
      const reader = await log.reader([{ topic, partition: 0, offset: 0 }]);
      const stop = new AbortController();
      const started = Date.now();
      setTimeout(() => stop.abort(), 50);
      deepEqual(await reader.fetch({ waitMs: 60_000, signal: stop.signal }), []);
      equal(Date.now() - started < 30_000, true);
      await reader.close();
    },
  },
  {
    name: 'knows whether it is at the end',
    run: async (log) => {
      const topic = await freshTopic(log);
      const reader = await log.reader([{ topic, partition: 0, offset: 0 }]);
      equal(await reader.atEnd(), true);
      await log.append([record(topic, 'a')]);
      equal(await reader.atEnd(), false);
      await take(reader, 1);
      equal(await reader.atEnd(), true);
      await reader.close();
    },
  },
  {
    name: 'finds the first offset at or after a time, also when times are out of order',
    run: async (log) => {
      const topic = await freshTopic(log, 2);
      const appended = await log.append([5, 9, 7, 10].map((time) => record(topic, 'a', { timestamp: time * hour })));
      const found = async (time: number): Promise<number> => (await log.offsetsAt(topic, time))[0]!.offset;
      const expected: [number, number][] = [
        [0, 0],
        [5 * hour, 0],
        [5 * hour + 1, 1],
        [8 * hour, 1],
        [10 * hour, 3],
      ];
      for (const [time, index] of expected) equal(await found(time), appended[index]!.offset);
      const past = await log.offsetsAt(topic, 11 * hour);
      deepEqual(
        past.map(({ offset }) => offset),
        (await log.bounds(topic)).map(({ latest }) => latest),
      );
    },
  },
  {
    name: 'lets several readers read the same records',
    run: async (log) => {
      const topic = await freshTopic(log);
      await log.append([record(topic, 'a'), record(topic, 'b')]);
      deepEqual(await Promise.all([contents(log, topic), contents(log, topic)]).then((lists) => lists.map(texts)), [
        ['a', 'b'],
        ['a', 'b'],
      ]);
    },
  },
];
