import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';

import { json, MemoryLog, openRegistry, readRecords, Runtime, topicWriter, topology, type Lease } from '../../src/index.js';

const number = json<number>();
const copy = topology('copy', ({ source, sink }) => sink('out', number, source('in', number)));

/** A log that goes away at the first commit and does not say what is committed for a while after. */
class AwayLog extends MemoryLog {
  failures = 0;
  #commits = 0;

  override join(options: Parameters<MemoryLog['join']>[0]): ReturnType<MemoryLog['join']> {
    const onAssigned = (lease: Lease): void => {
      const commit = lease.commit.bind(lease);
      lease.commit = (batch) => (this.#commits++ === 0 ? this.#away() : commit(batch));
      options.onAssigned(lease);
    };
    return super.join({ ...options, onAssigned });
  }

  override committed(group: string): ReturnType<MemoryLog['committed']> {
    return this.#commits > 0 && this.failures < 3 ? this.#away() : super.committed(group);
  }

  #away(): Promise<never> {
    this.failures += 1;
    return Promise.reject(new Error('the broker is away'));
  }
}

it('goes on when the log is still away as a task asks where to go on from', async () => {
  const log = new AwayLog();
  const registry = openRegistry(log);
  const runtime = await Runtime.open({ log, registry });
  onTestFinished(async () => {
    await runtime.close();
    await log.close();
  });
  await log.createTopics([{ name: 'in', partitions: 1 }]);
  await topicWriter({ log, registry, topic: 'in', format: number })([1, 2, 3].map((value) => ({ key: 'a', value })));
  const app = await runtime.run(copy);
  while (!(await Promise.race([app.idle(), app.done.then(() => true)]))) await pause(5);
  await app.stop();
  expect(log.failures).toBe(3);
  const copied: number[] = [];
  for await (const { value } of readRecords(log, 'out')) copied.push(Number(Buffer.from(value!).toString()));
  expect(copied).toEqual([1, 2, 3]);
});
