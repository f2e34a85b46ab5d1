import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { writeInputs } from '../crash/crash-records.js';
import { JobProcess } from '../crash/job-process.js';
import { expectUndisturbed } from '../crash/undisturbed.js';
import { startKafka, type TestKafka } from '../kafka/kafka.js';
import { describeKafka } from '../kafka/shared-kafka.js';

async function kafkaWithInputs(partitions: number): Promise<{ kafka: TestKafka; location: string }> {
  const kafka = await startKafka();
  onTestFinished(() => kafka.stop());
  const location = `kafka://${kafka.brokers.join(',')}`;
  await writeInputs(location, partitions);
  return { kafka, location };
}

/** A job of small epochs, so that there is time to disturb it. */
function startJob(location: string): JobProcess {
  const job = new JobProcess([location, '3000', '2']);
  onTestFinished(() => job.kill('SIGKILL'));
  return job;
}

describeKafka('the job on Kafka commits what one undisturbed run commits', () => {
  it('when the broker is killed and restarted twice under it', async () => {
    const { kafka, location } = await kafkaWithInputs(2);
    const job = startJob(location);
    for (let kill = 1; kill <= 2; kill++) {
      await job.committed(kill * 60);
      expect(job.finished).toBe(false);
      await kafka.kill(1);
      await pause(500);
      await kafka.restart(1);
    }
    await job.succeed();
    await expectUndisturbed(location);
  });

  it('when a second instance joins and leaves, and a third joins and is killed', async () => {
    const { location } = await kafkaWithInputs(4);
    const first = startJob(location);
    await first.committed(20);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const other = startJob(location);
      await other.committed(5);
      expect(other.finished).toBe(false);
      expect(first.finished).toBe(false);
      other.kill(signal);
      await (signal === 'SIGTERM' ? other.succeed() : other.exited);
    }
    await first.succeed();
    await expectUndisturbed(location);
  });
});
