import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KafkaLog } from 'headwater';
import { checkLog } from 'headwater/testing';
import { copying } from '../kafka/copying.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';

describeKafka('on Apache Kafka', () => {
  checkLog('KafkaLog', async () => KafkaLog.connect((await sharedKafka()).brokers), { describe, it, beforeAll, afterAll });

  it('leaves no lag behind transactions that are read to their end', async () => {
    const log = await KafkaLog.connect((await sharedKafka()).brokers);
    const [from, to, group] = ['marked-in', 'marked-out', 'marked'];
    await log.createTopics([from, to].map((name) => ({ name, partitions: 2 })));
    for (let round = 0; round < 3; round++) {
      await log.append([0, 1].map((partition) => ({ topic: from, partition, key: null, value: Buffer.from(String(round)) })));
    }
    const copier = await copying(log, { group, from, to });
    await expect
      .poll(() => log.committed(group), { timeout: 60_000 })
      .toEqual([0, 1].map((partition) => ({ topic: from, partition, offset: 6, lag: 0 })));
    await copier.leave();
    expect(copier.failures).toEqual([]);
    await log.close();
  });
});
