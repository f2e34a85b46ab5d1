import kafkajs, { type Producer, type Transaction } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { KafkaClient } from '../../src/log/kafka/kafka-client.js';
import { KafkaLog } from '../../src/log/kafka/kafka-log.js';
import { LastTransaction } from '../../src/log/kafka/last-transaction.js';
import { TransactionCoordinator } from '../../src/log/kafka/transaction-coordinator.js';
import { numbers } from '../kafka/copying.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';

const topic = (name: string) => `settle-${name}`;

/** A log with a group, and a producer whose transactions the tests leave at any point. */
async function rig(id: string) {
  const { brokers } = await sharedKafka();
  const log = await KafkaLog.connect(brokers);
  await log.createTopics(['in', 'out', 'other'].map((name) => ({ name: topic(`${id}-${name}`), partitions: 1 })));
  await log.committed(id); // The group has a coordinator from here on.
  const coordinator = await TransactionCoordinator.connect(new KafkaClient('test', brokers, {}));
  const last = new LastTransaction(coordinator, id, id, 30_000);
  await last.settle();
  const producer: Producer = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).producer({
    ...{ transactionalId: id, idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  onTestFinished(async () => {
    await Promise.all([producer.disconnect(), coordinator.disconnect(), log.close()]);
  });
  const begin = async (value: number, names: readonly string[]): Promise<Transaction> => {
    last.begin(names.map((name) => ({ topic: topic(`${id}-${name}`), partition: 0 })));
    const transaction = await producer.transaction();
    for (const name of names) await transaction.send({ topic: topic(`${id}-${name}`), messages: [{ value: String(value) }] });
    const offsets = [{ topic: topic(`${id}-in`), partitions: [{ partition: 0, offset: String(value) }] }];
    await transaction.sendOffsets({ consumerGroupId: id, topics: offsets });
    return transaction;
  };
  return {
    ...{ log, last, begin },
    out: (name: string) => numbers(log, topic(`${id}-${name}`), 0),
    committed: async () => (await log.committed(id)).map(({ offset }) => offset),
  };
}

describeKafka('the last transaction of a producer', () => {
  it('is complete when a broker that was there all the time says so', async () => {
    const { last, begin, out, committed } = await rig('answered');
    await (await begin(1, ['out', 'other'])).commit();
    last.end(true);
    expect(await last.isComplete()).toBe(true);
    await (await begin(2, ['out'])).abort();
    last.end(false);
    expect(await last.isComplete()).toBe(true);
    expect([await out('out'), await out('other'), await committed()]).toEqual([[1], [1], [1]]);
  });

  it('is aborted where it was not committed', async () => {
    const { last, begin, out, committed } = await rig('uncommitted');
    await (await begin(1, ['out', 'other'])).commit();
    last.end(true);
    await last.isComplete();
    await begin(2, ['out']);
    expect(await last.isComplete()).toBe(false);
    await last.settle();
    expect(await last.isComplete()).toBe(true);
    expect([await out('out'), await out('other'), await committed()]).toEqual([[1], [1], [1]]);
  });

  it('stays committed where the answer to the commit is missing', async () => {
    const { last, begin, out, committed } = await rig('unanswered');
    await (await begin(1, ['out', 'other'])).commit();
    expect(await last.isComplete()).toBe(false);
    await last.settle();
    expect([await out('out'), await out('other'), await committed()]).toEqual([[1], [1], [1]]);
  });

  it('is settled in the topics that are left when one was deleted', async () => {
    const { log, last, begin, out } = await rig('deleted');
    await begin(1, ['out', 'other']);
    await log.deleteTopics([topic('deleted-other')]);
    await last.settle();
    expect(await out('out')).toEqual([]);
    await log.append([{ topic: topic('deleted-out'), partition: 0, key: null, value: Buffer.from('2') }]);
    expect(await out('out')).toEqual([2]);
  });
});
