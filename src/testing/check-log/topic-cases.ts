import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { freshTopic, record, unique, until, type LogCase } from './log-case.js';

/** Topics, their bounds, and what does not exist. */
export const topicCases: LogCase[] = [
  {
    name: 'creates a topic once and leaves an existing one as it is',
    run: async (log) => {
      const name = unique('check');
      deepEqual(await log.createTopics([{ name, partitions: 2, cleanup: 'compact' }]), [name]);
      deepEqual(await log.createTopics([{ name, partitions: 5 }]), []);
      const [info] = await log.topics([name]);
      equal(info?.partitions, 2);
      equal(info.cleanup, 'compact');
    },
  },
  {
    name: 'gives topics to all who create them at the same time',
    run: async (log) => {
      for (let round = 0; round < 10; round++) {
        const name = unique('check');
        const made = await Promise.all(
          [0, 1, 2].map(async (partition) => {
            const created = await log.createTopics([{ name, partitions: 3 }]);
            equal((await log.topics([name]))[0]?.partitions, 3);
            await log.append([record(name, 'here', { partition })]);
            return created;
          }),
        );
        deepEqual(made.flat(), [name]);
      }
    },
  },
  {
    name: 'keeps retention in the description of a topic',
    run: async (log) => {
      const name = unique('check');
      await log.createTopics([{ name, partitions: 1, retentionMs: 3_600_000, retentionBytes: 1_000_000 }]);
      const [info] = await log.topics([name]);
      deepEqual({ ...info }, { name, partitions: 1, cleanup: 'delete', retentionMs: 3_600_000, retentionBytes: 1_000_000 });
    },
  },
  {
    name: 'lists its topics',
    run: async (log) => {
      const topic = await freshTopic(log);
      equal((await log.topics()).filter(({ name }) => name === topic).length, 1);
    },
  },
  {
    name: 'refuses names that are none',
    run: async (log) => {
      for (const name of ['', 'a b', 'a/b', '..', 'x'.repeat(250)]) {
        await rejects(log.createTopics([{ name, partitions: 1 }]), { code: 'HW_TOPIC_NAME' });
      }
    },
  },
  {
    name: 'says that a topic is unknown, whatever is asked of it',
    run: async (log) => {
      const topic = unique('never-made');
      const unknown = { code: 'HW_TOPIC_UNKNOWN' };
      await rejects(log.topics([topic]), unknown);
      await rejects(log.bounds(topic), unknown);
      await rejects(log.offsetsAt(topic, 0), unknown);
      await rejects(log.append([record(topic, 'a')]), unknown);
      await rejects(log.reader([{ topic, partition: 0, offset: 0 }]), unknown);
      await rejects(log.join({ group: unique('group'), topics: [topic], onAssigned: () => undefined }), unknown);
    },
  },
  {
    name: 'says that a partition is unknown, and appends nothing then',
    run: async (log) => {
      const topic = await freshTopic(log, 2);
      await rejects(log.append([record(topic, 'a'), record(topic, 'b', { partition: 2 })]), { code: 'HW_PARTITION_UNKNOWN' });
      deepEqual(await log.bounds(topic), [
        { partition: 0, earliest: 0, latest: 0 },
        { partition: 1, earliest: 0, latest: 0 },
      ]);
    },
  },
  {
    name: 'gives the bounds of each partition',
    run: async (log) => {
      const topic = await freshTopic(log, 3);
      await log.append([record(topic, 'a', { partition: 1 }), record(topic, 'b', { partition: 1 }), record(topic, 'c', { partition: 2 })]);
      const bounds = await log.bounds(topic);
      deepEqual(
        bounds.map(({ partition, earliest }) => [partition, earliest]),
        [0, 1, 2].map((partition) => [partition, 0]),
      );
      const [none, two, one] = bounds.map(({ latest }) => latest);
      ok(none === 0 && two! >= 2 && one! >= 1, 'latest is past the last record; transaction markers may lie between');
    },
  },
  {
    name: 'deletes a topic',
    run: async (log) => {
      const topic = await freshTopic(log);
      await log.append([record(topic, 'a')]);
      await log.deleteTopics([topic]);
      await until('the topic is gone', async () => !(await log.topics()).some(({ name }) => name === topic));
      await rejects(log.deleteTopics([topic]), { code: 'HW_TOPIC_UNKNOWN' });
    },
  },
  { name: 'keeps its id', run: async (log) => equal(await log.id(), await log.id()) },
];
