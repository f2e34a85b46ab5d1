import { reasonOf } from '../errors.js';
import type { Surroundings } from './surroundings.js';

/** How long the log has for an answer, in milliseconds. */
const patienceMs = 3000;

export interface Readiness {
  readonly ready: boolean;
  /** Why it is not, a sentence each. */
  readonly reasons: readonly string[];
}

/** Whether the log answers and every app of the process works on a partition. */
export async function readiness({ log, apps, clock }: Surroundings): Promise<Readiness> {
  const idle = apps.filter(({ assigned }) => assigned.length === 0).map(({ name }) => `${name} has no partition`);
  const away = await logProblem();
  const reasons = away === undefined ? idle : [away, ...idle];
  return { ready: reasons.length === 0, reasons };

  async function logProblem(): Promise<string | undefined> {
    const answered = new AbortController();
    const late = clock.sleep(patienceMs, answered.signal).then(() => `${log.name} has not answered within ${patienceMs} ms`);
    try {
      return await Promise.race([log.topics().then(() => undefined), late]);
    } catch (reason) {
      return `${log.name} does not answer: ${reasonOf(reason)}`;
    } finally {
      answered.abort();
    }
  }
}
