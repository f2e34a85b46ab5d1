import { describe, inject } from 'vitest';
import type { TestKafka } from './kafka.js';

/** The broker that all integration tests of a run share: use topic and group names of your own, and never stop it. */
export type SharedKafka = Pick<TestKafka, 'way' | 'brokers' | 'secureBrokers' | 'certificate'>;

/** `describe` for tests that need a real Apache Kafka; skipped, and said so at the end of the run, where none can be had. */
export const describeKafka: ReturnType<typeof describe.skipIf> = describe.skipIf(inject('kafkaWay') === 'none');

/** `describe` for tests that need a real schema registry. */
export const describeRegistry: ReturnType<typeof describe.skipIf> = describe.skipIf(!inject('jvm'));

export async function sharedKafka(): Promise<SharedKafka> {
  const response = await fetch(inject('kafkaService'));
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SharedKafka;
}
