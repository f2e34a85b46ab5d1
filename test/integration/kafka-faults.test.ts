import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { KafkaLog, type Lease, type NewRecord } from 'headwater';
import { GroupSession } from '../../src/log/kafka/group-session.js';
import { KafkaClient } from '../../src/log/kafka/kafka-client.js';
import { resolveKafkaOptions } from '../../src/log/kafka/kafka-options.js';
import { whilePassing } from '../../src/log/kafka/while-passing.js';
import { copying, numbers, partitionContents } from '../kafka/copying.js';
import { startKafka } from '../kafka/kafka.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const record = (topic: string, partition: number, value: number): NewRecord => ({
  topic,
  partition,
  key: null,
  value: Buffer.from(String(value)),
});

async function until(what: string, met: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(50);
  }
}

async function committedOf(log: KafkaLog, group: string): Promise<number> {
  return (await log.committed(group)).reduce((sum, { offset }) => sum + offset, 0);
}

describeKafka('faults on Apache Kafka', () => {
  it('loses nothing, repeats nothing and keeps the order when the broker is killed and restarted under load', async () => {
    const kafka = await startKafka();
    onTestFinished(() => kafka.stop());
    const log = await KafkaLog.connect(kafka.brokers);
    await log.createTopics(['in', 'out'].map((name) => ({ name, partitions: 2 })));
    const copier = await copying(log, { group: 'copier', from: 'in', to: 'out', records: 200 });
    let running = true;
    const write = async (partition: number): Promise<number> => {
      let next = 0;
      for (; running; next++) {
        await log.append([record('in', partition, next)]);
        await sleep(5); // the copier has to keep up on any machine
      }
      return next;
    };
    const writers = Promise.allSettled([write(0), write(1)]);
    await until('some are copied', async () => (await committedOf(log, 'copier')) > 50);
    await kafka.kill(1);
    await sleep(1000);
    await kafka.restart(1);
    const before = await committedOf(log, 'copier');
    await until('copying goes on', async () => (await committedOf(log, 'copier')) > before + 100);
    running = false;
    const written = (await writers).map((writer) => (writer.status === 'fulfilled' ? writer.value : writer.reason) as number);
    await until('all is copied', async () => (await log.committed('copier')).every(({ lag }) => lag === 0));
    await copier.leave();
    expect(copier.failures).toEqual([]);
    for (const partition of [0, 1]) {
      expect(await numbers(log, 'in', partition)).toEqual(upTo(written[partition]!));
      expect(await numbers(log, 'out', partition)).toEqual(upTo(written[partition]!));
    }
    await log.close();
  });

  it('copies each record once while a second member joins and leaves', async () => {
    const { brokers } = await sharedKafka();
    const [from, to, group] = ['rebalance-in', 'rebalance-out', 'rebalance'];
    const [one, other] = [await KafkaLog.connect(brokers), await KafkaLog.connect(brokers)];
    await one.createTopics([from, to].map((name) => ({ name, partitions: 4 })));
    const perPartition = 500;
    for (const partition of [0, 1, 2, 3]) await one.append(upTo(perPartition).map((value) => record(from, partition, value)));
    const options = { group, from, to, records: 3, onStep: () => sleep(5) };
    const first = await copying(one, options);
    for (let round = 0; round < 2; round++) {
      await sleep(500);
      const second = await copying(other, options);
      await sleep(1500);
      await second.leave();
      expect(second.failures).toEqual([]);
    }
    await until('all is copied', async () => (await committedOf(one, group)) >= 4 * perPartition);
    await first.leave();
    expect(first.failures).toEqual([]);
    for (const partition of [0, 1, 2, 3]) expect(await numbers(one, to, partition)).toEqual(upTo(perPartition));
    await Promise.all([one.close(), other.close()]);
  });

  it('takes in members that come at the same moment, each of which overtakes the rebalance of the one before', async () => {
    const { brokers } = await sharedKafka();
    const log = await KafkaLog.connect(brokers, { heartbeatIntervalMs: 100 });
    await log.createTopics([{ name: 'crowd', partitions: 8 }]);
    const held = new Map<Lease, number>();
    const joins = Array.from({ length: 8 }, async (_, n) => {
      await sleep(7 * n);
      return log.join({ group: 'crowd', topics: ['crowd'], onAssigned: (lease) => held.set(lease, n) });
    });
    const members = await Promise.all(joins);
    const holders = (): Set<number> => new Set([...held].filter(([{ signal }]) => !signal.aborted).map(([, n]) => n));
    await until('every member holds a partition', () => holders().size === 8);
    await Promise.all(members.map((member) => member.leave()));
    await log.close();
  });

  it('keeps what it is given by a rebalance that waits longer than a session for a dead member', async () => {
    const { brokers } = await sharedKafka();
    const log = await KafkaLog.connect(brokers, { sessionTimeoutMs: 3000, heartbeatIntervalMs: 200 });
    await log.createTopics([{ name: 'bereft', partitions: 1 }]);
    const cluster = await new KafkaClient('of the dead member', brokers, {}).cluster();
    onTestFinished(() => cluster.disconnect());
    const options = resolveKafkaOptions({ sessionTimeoutMs: 5000 });
    const dead = new GroupSession(cluster, options, 'bereft', ['bereft'], () => Promise.resolve(1));
    await whilePassing(20_000, () => dead.join()); // a fresh broker has no coordinator yet
    const leases: Lease[] = [];
    const membership = await log.join({ group: 'bereft', topics: ['bereft'], onAssigned: (lease) => leases.push(lease) });
    await until('a lease', () => leases.length === 1);
    await sleep(4000);
    expect(leases.map(({ signal }) => signal.aborted)).toEqual([false]);
    await membership.leave();
    await log.close();
  });

  it('lets no member commit that was paused past its session, and lets another one take over', async () => {
    const { brokers } = await sharedKafka();
    const [from, to, group] = ['zombie-in', 'zombie-out', 'zombie'];
    const log = await KafkaLog.connect(brokers, { sessionTimeoutMs: 3000, heartbeatIntervalMs: 500 });
    await log.createTopics([from, to].map((name) => ({ name, partitions: 1 })));
    await log.append([record(from, 0, 7)]);
    const script = fileURLToPath(new URL('../fixtures/kafka-zombie.ts', import.meta.url));
    const zombie = spawn(process.execPath, ['--import', 'tsx', script, brokers.join(), group, from, to], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void zombie.kill('SIGKILL'));
    const said = createInterface(zombie.stdout)[Symbol.asyncIterator]();
    expect((await said.next()).value).toBe('holding 7');
    zombie.kill('SIGSTOP');
    const member = await copying(log, { group, from, to });
    await until('the other member has copied it', async () => (await partitionContents(log, to, 0)).length === 1);
    zombie.kill('SIGCONT');
    zombie.stdin.write('commit\n');
    expect((await said.next()).value).toBe('HW_LEASE_LOST');
    if (zombie.exitCode === null) await once(zombie, 'exit');
    expect(await numbers(log, to, 0)).toEqual([7]);
    await member.leave();
    await log.close();
  });

  it('loses a lease whose transactional id was taken over, and gets a new one that goes on from the last commit', async () => {
    const { brokers } = await sharedKafka();
    const [from, to, group] = ['fenced-in', 'fenced-out', 'fenced'];
    const log = await KafkaLog.connect(brokers);
    await log.createTopics([from, to].map((name) => ({ name, partitions: 1 })));
    await log.append([record(from, 0, 1), record(from, 0, 2)]);
    const leases: Lease[] = [];
    const membership = await log.join({ group, topics: [from], onAssigned: (lease) => leases.push(lease) });
    await until('a lease', () => leases.length === 1);
    const commit = (lease: Lease, value: number) =>
      lease.commit({ records: [record(to, 0, value)], offsets: [{ topic: from, partition: 0, offset: value }] });
    await commit(leases[0]!, 1);
    const taker = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).producer({
      transactionalId: `${group}-0`,
      idempotent: true,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await taker.connect();
    await (await taker.transaction()).abort();
    await expect(commit(leases[0]!, 2)).rejects.toMatchObject({ code: 'HW_LEASE_LOST' });
    expect(leases[0]!.signal.aborted).toBe(true);
    await until('a new lease', () => leases.length === 2);
    expect(leases[1]!.epoch).toBeGreaterThan(leases[0]!.epoch);
    const [next] = await leases[1]!.fetch({ waitMs: 10_000 });
    expect(next!.value!.toString()).toBe('2');
    await commit(leases[1]!, 2);
    await membership.leave();
    expect(await numbers(log, to, 0)).toEqual([1, 2]);
    await Promise.all([taker.disconnect(), log.close()]);
  });

  it('keeps a lease that neither fetches nor commits for longer than the session', async () => {
    const { brokers } = await sharedKafka();
    const log = await KafkaLog.connect(brokers, { sessionTimeoutMs: 2000, heartbeatIntervalMs: 500 });
    await log.createTopics([{ name: 'held', partitions: 1 }]);
    await log.append([record('held', 0, 1)]);
    const leases: Lease[] = [];
    const membership = await log.join({ group: 'held', topics: ['held'], onAssigned: (lease) => leases.push(lease) });
    await until('a lease', () => leases.length === 1);
    await leases[0]!.fetch({ waitMs: 5000 });
    await sleep(6000);
    await leases[0]!.commit({ records: [], offsets: [{ topic: 'held', partition: 0, offset: 1 }] });
    expect(leases).toHaveLength(1);
    await membership.leave();
    await log.close();
  });
});
