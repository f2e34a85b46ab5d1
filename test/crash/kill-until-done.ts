import { setTimeout as pause } from 'node:timers/promises';

import { JobProcess } from './job-process.js';

export interface Attempts {
  readonly kills: number;
  /** How often the job was killed while it had committed something. */
  readonly killedAtWork: number;
}

/**
 * Runs the crash job and kills it (SIGKILL) `kills` times, each at a moment of its own between its start and some time after its first commit; then lets
 * it run to its end.
 */
export async function killUntilDone(
  args: readonly string[],
  kills: number,
  random: () => number,
  fixture = 'crash-job',
): Promise<Attempts> {
  let killedAtWork = 0;
  for (let kill = 0; kill < kills; kill++) {
    const job = new JobProcess(args, fixture);
    // One in five dies while it starts or recovers, the others at work.
    const atWork = kill % 5 > 0;
    if (atWork) await job.committed(1);
    const moment = pause(random() * (atWork ? 40 : 600));
    // Within as few epochs as leave work for the other kills on the fastest machine.
    await Promise.race([moment, job.committed(2 + Math.floor(random() * 8)), job.exited]);
    if (job.finished) return { kills: kill, killedAtWork };
    if (job.epochs > 0) killedAtWork += 1;
    job.kill('SIGKILL');
    await job.exited;
  }
  await new JobProcess(args, fixture).succeed();
  return { kills, killedAtWork };
}
