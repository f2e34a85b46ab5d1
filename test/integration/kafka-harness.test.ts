import { Kafka, logLevel } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { startKafka } from '../kafka/kafka.js';
import { startRegistry } from '../kafka/registry.js';
import { describeKafka, describeRegistry, sharedKafka } from '../kafka/shared-kafka.js';

describeKafka('the broker harness', () => {
  it('gives one Apache Kafka to all files of a run', async () => {
    const [first, second] = [await sharedKafka(), await sharedKafka()];
    expect(second).toEqual(first);
    const admin = new Kafka({ brokers: [...first.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    expect((await admin.describeCluster()).brokers).toHaveLength(1);
    await admin.disconnect();
  });

  it('kills a node and starts it again on its data', async () => {
    const kafka = await startKafka();
    onTestFinished(() => kafka.stop());
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING, retry: { retries: 1 } }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'kept' }] });
    await kafka.kill(1);
    await expect(admin.listTopics()).rejects.toThrow();
    await kafka.restart(1);
    expect(await admin.listTopics()).toContain('kept');
    await admin.disconnect();
  });
});

describeRegistry('the registry harness', () => {
  it("answers in Confluent's protocol", async () => {
    const registry = await startRegistry();
    onTestFinished(() => registry.stop());
    const body = JSON.stringify({ schema: '"string"' });
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const response = await fetch(`${registry.url}/subjects/words/versions`, { method: 'POST', body, headers });
    expect(await response.json()).toEqual({ id: expect.any(Number) as number });
  });
});
