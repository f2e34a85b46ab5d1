import { afterAll, beforeAll, describe, it } from 'vitest';
import { KafkaLog } from 'headwater';
import { checkLog } from 'headwater/testing';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';

describeKafka('on Apache Kafka', () => {
  checkLog('KafkaLog', async () => KafkaLog.connect((await sharedKafka()).brokers), { describe, it, beforeAll, afterAll });
});
