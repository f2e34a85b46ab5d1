import { fork } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

export interface Attempts {
  readonly kills: number;
  /** How often the job was killed while it had committed something. */
  readonly killedAtWork: number;
}

/**
 * Runs the crash job on `location` and kills it (SIGKILL) `kills` times, each at a moment of its own between its start and some time after its first
 * commit; then lets it run to its end.
 */
export async function killUntilDone(args: readonly string[], kills: number, random: () => number): Promise<Attempts> {
  let killedAtWork = 0;
  for (let attempt = 0; ; attempt++) {
    const child = fork('dist/test/fixtures/crash-job.js', args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const outcome = { finished: false };
    let working: () => void = () => undefined;
    const atWork = new Promise<void>((resolve) => (working = resolve));
    child.on('message', (message) => {
      if (message === 'finished') outcome.finished = true;
      working();
    });
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (attempt < kills) {
      // One in five dies while it starts or recovers, the others at work.
      if (attempt % 5 > 0) await Promise.race([atWork, exited]);
      await Promise.race([pause(random() * (attempt % 5 > 0 ? 40 : 600)), exited]);
      if (!outcome.finished && attempt % 5 > 0) killedAtWork += 1;
      child.kill('SIGKILL');
    }
    await exited;
    if (outcome.finished) return { kills: Math.min(attempt, kills), killedAtWork };
    if (attempt >= kills) throw new Error(`the job failed with exit code ${String(child.exitCode)}`);
  }
}
