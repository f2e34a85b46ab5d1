import { KafkaLog, LogRegistry } from 'headwater';
import { checkRegistry } from 'headwater/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';

describeKafka('the registry in a topic of Apache Kafka', () => {
  let log: KafkaLog;
  beforeAll(async () => {
    log = await KafkaLog.connect((await sharedKafka()).brokers);
  });
  afterAll(() => log.close());

  checkRegistry('LogRegistry', () => Promise.resolve(new LogRegistry(log)), { describe, it });
});
