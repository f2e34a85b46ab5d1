import { deepEqual, equal, rejects } from 'node:assert/strict';
import type { Log, Position } from '../../log/log.js';
import { joined } from './joined.js';
import { contents, freshTopic, record, take, texts, unique, until, type LogCase } from './log-case.js';

const two = (topic: string): ReturnType<typeof record>[] => ['a', 'b'].map((value) => record(topic, value));

const positions = async (log: Log, group: string): Promise<Position[]> =>
  (await log.committed(group)).map(({ topic, partition, offset }) => ({ topic, partition, offset }));

/** Consumer groups: assignment, atomic commits, fencing, committed offsets. */
export const groupCases: LogCase[] = [
  {
    name: 'starts a new group at the earliest record and resumes it at its last commit',
    run: async (log) => {
      const topic = await freshTopic(log);
      const group = unique('group');
      const appended = await log.append(['a', 'b', 'c'].map((value) => record(topic, value)));
      const first = await joined(log, group, [topic]);
      const lease = await first.lease(0);
      deepEqual(texts(await take(lease, 2)), ['a', 'b']);
      await lease.commit({ records: [], offsets: [appended[1]!] });
      await first.leave();
      const second = await joined(log, group, [topic]);
      deepEqual(texts(await take(await second.lease(0), 2)), ['b', 'c']);
      await second.leave();
    },
  },
  {
    name: 'commits records of several topics and offsets in one step',
    run: async (log) => {
      const [input, one, other] = [await freshTopic(log), await freshTopic(log), await freshTopic(log)];
      const group = unique('group');
      await log.append(two(input));
      const member = await joined(log, group, [input]);
      const lease = await member.lease(0);
      await take(lease, 2);
      deepEqual([await contents(log, one), await contents(log, other)], [[], []]);
      const appended = await lease.commit({
        records: [record(one, '1'), record(other, '2'), record(one, '3')],
        offsets: [{ topic: input, partition: 0, offset: 2 }],
      });
      deepEqual(
        appended.map(({ topic }) => topic),
        [one, other, one],
      );
      deepEqual([texts(await contents(log, one)), texts(await contents(log, other))], [['1', '3'], ['2']]);
      deepEqual(await positions(log, group), [{ topic: input, partition: 0, offset: 2 }]);
      await member.leave();
    },
  },
  {
    name: 'commits nothing of a batch that cannot be written whole',
    run: async (log) => {
      const [input, output] = [await freshTopic(log), await freshTopic(log)];
      const group = unique('group');
      await log.append(two(input));
      const member = await joined(log, group, [input]);
      const lease = await member.lease(0);
      await take(lease, 2);
      const offsets = [{ topic: input, partition: 0, offset: 2 }];
      await rejects(lease.commit({ records: [record(output, '1'), record(unique('never-made'), '2')], offsets }), {
        code: 'HW_TOPIC_UNKNOWN',
      });
      deepEqual([await contents(log, output), await log.committed(group)], [[], []]);
      await lease.commit({ records: [record(output, '1')], offsets });
      deepEqual(texts(await contents(log, output)), ['1']);
      await member.leave();
    },
  },
  {
    name: 'refuses fetches and commits of a lease that was given back, and writes nothing of them',
    run: async (log) => {
      const [input, output] = [await freshTopic(log), await freshTopic(log)];
      const group = unique('group');
      const member = await joined(log, group, [input]);
      const lease = await member.lease(0);
      await member.leave();
      equal(lease.signal.aborted, true);
      const lost = { code: 'HW_LEASE_LOST' };
      await rejects(lease.commit({ records: [record(output, '1')], offsets: [{ topic: input, partition: 0, offset: 0 }] }), lost);
      await rejects(lease.fetch(), lost);
      deepEqual([await contents(log, output), await log.committed(group)], [[], []]);
    },
  },
  {
    name: 'shares partitions between two members, fences the old owner, and moves the partitions of one that leaves',
    run: async (log) => {
      const topic = await freshTopic(log, 4);
      const group = unique('group');
      const first = await joined(log, group, [topic]);
      await until('all partitions with the first', () => first.leases.size === 4);
      const before = new Map(first.leases);
      const second = await joined(log, group, [topic]);
      await until('two partitions each', () => first.leases.size === 2 && second.leases.size === 2);
      deepEqual([...first.leases.keys(), ...second.leases.keys()].sort(), [0, 1, 2, 3]);
      for (const [partition, lease] of second.leases) {
        const old = before.get(partition)!;
        equal(lease.epoch > old.epoch, true);
        equal(old.signal.aborted, true);
        await rejects(old.commit({ records: [], offsets: [{ topic, partition, offset: 0 }] }), { code: 'HW_LEASE_LOST' });
      }
      await first.leave();
      await until('all partitions with the second', () => second.leases.size === 4);
      await second.leave();
    },
  },
  {
    name: 'gives a member the same partition number of all its topics, merged by event time',
    run: async (log) => {
      const [left, right] = [await freshTopic(log, 2), await freshTopic(log, 2)];
      const at = (topic: string, time: number): ReturnType<typeof record> => record(topic, String(time), { partition: 1, timestamp: time });
      await log.append([at(left, 1_000), at(left, 4_000), at(right, 2_000), at(right, 3_000)]);
      const member = await joined(log, unique('group'), [left, right]);
      const records = await take(await member.lease(1), 4);
      deepEqual(texts(records.filter(({ topic }) => topic === left)), ['1000', '4000']);
      deepEqual(texts(records.filter(({ topic }) => topic === right)), ['2000', '3000']);
      await member.leave();
    },
  },
  {
    name: 'refuses topics with unequal partition counts',
    run: async (log) => {
      const topics = [await freshTopic(log, 2), await freshTopic(log, 3)];
      await rejects(log.join({ group: unique('group'), topics, onAssigned: () => undefined }), { code: 'HW_NOT_COPARTITIONED' });
    },
  },
  {
    name: 'seeks back and forward, dropping what was fetched ahead',
    run: async (log) => {
      const topic = await freshTopic(log);
      const appended = await log.append(['a', 'b', 'c', 'd'].map((value) => record(topic, value)));
      const member = await joined(log, unique('group'), [topic]);
      const lease = await member.lease(0);
      await take(lease, 3);
      lease.seek([appended[1]!]);
      deepEqual(texts(await take(lease, 1)), ['b']);
      lease.seek([appended[3]!]);
      deepEqual(texts(await take(lease, 1)), ['d']);
      await until('the end', () => lease.atEnd());
      await member.leave();
    },
  },
  {
    name: 'tells committed offsets with their lag, and moves a group without members',
    run: async (log) => {
      const topic = await freshTopic(log);
      const group = unique('group');
      const appended = await log.append(['a', 'b', 'c'].map((value) => record(topic, value)));
      await log.resetOffsets(group, [appended[1]!]);
      const [{ latest } = { latest: 0 }] = await log.bounds(topic);
      deepEqual(await log.committed(group), [{ ...appended[1]!, lag: latest - appended[1]!.offset }]);
      equal((await log.groups()).includes(group), true);
      const member = await joined(log, group, [topic]);
      deepEqual(texts(await take(await member.lease(0), 2)), ['b', 'c']);
      await rejects(log.resetOffsets(group, [{ topic, partition: 0, offset: 0 }]), { code: 'HW_GROUP_ACTIVE' });
      await member.leave();
    },
  },
  {
    name: 'writes records and then offsets with at-least-once',
    run: async (log) => {
      const [input, output] = [await freshTopic(log), await freshTopic(log)];
      const group = unique('group');
      await log.append(two(input));
      const member = await joined(log, group, [input], 'at-least-once');
      const lease = await member.lease(0);
      await take(lease, 2);
      await lease.commit({ records: [record(output, '1')], offsets: [{ topic: input, partition: 0, offset: 2 }] });
      deepEqual(texts(await contents(log, output)), ['1']);
      deepEqual(await positions(log, group), [{ topic: input, partition: 0, offset: 2 }]);
      await member.leave();
    },
  },
  {
    name: 'wakes a waiting lease for a new record, and when it leaves',
    run: async (log) => {
      const topic = await freshTopic(log);
      const member = await joined(log, unique('group'), [topic]);
      const lease = await member.lease(0);
      const fetched = take(lease, 1);
      await log.append([record(topic, 'late')]);
      deepEqual(texts(await fetched), ['late']);
      const waiting = rejects(lease.fetch({ waitMs: 60_000 }), { code: 'HW_LEASE_LOST' });
      await member.leave();
      await waiting;
    },
  },
];
