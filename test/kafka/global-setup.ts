import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { hasJvm } from './jars.js';
import { startKafka, wayToRunKafka, type TestKafka, type Way } from './kafka.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** How real brokers run here. */
    kafkaWay: Way | 'none';
    /** Whether JVM servers (the schema registry) can run here. */
    jvm: boolean;
    /** Answers with the run's shared broker, which starts at the first question. */
    kafkaService: string;
  }
}

/** One broker for all integration tests of a run, started when the first of them asks. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [way, jvm] = await Promise.all([wayToRunKafka(), hasJvm()]);
  if (way === undefined && process.env.HEADWATER_REQUIRE_KAFKA === '1') {
    throw new Error('HEADWATER_REQUIRE_KAFKA=1, but neither a container engine nor java with mvn is here');
  }
  let kafka: Promise<TestKafka> | undefined;
  const service = createServer((_, response) => {
    kafka ??= startKafka();
    kafka.then(
      (started) => response.end(JSON.stringify(started)),
      (reason: unknown) => response.writeHead(500).end(String(reason)),
    );
  });
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
  project.provide('kafkaWay', way ?? 'none');
  project.provide('jvm', jvm);
  project.provide('kafkaService', `http://127.0.0.1:${(service.address() as AddressInfo).port}`);
  return async () => {
    service.close();
    await (await kafka)?.stop();
    if (way === undefined) console.warn('\n*** SKIPPED: every test against Apache Kafka (no container engine, no java with mvn). ***\n');
    if (!jvm) console.warn('\n*** SKIPPED: the tests against a schema registry (no java with mvn). ***\n');
  };
}
