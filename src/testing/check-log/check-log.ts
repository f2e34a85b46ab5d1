import { rejects } from 'node:assert/strict';
import type { Log } from '../../log/log.js';
import { groupCases } from './group-cases.js';
import type { LogCase } from './log-case.js';
import { readerCases } from './reader-cases.js';
import { recordCases } from './record-cases.js';
import { topicCases } from './topic-cases.js';

/** What a test runner offers: vitest, jest and node:test have these by the same names. */
export interface TestHooks {
  readonly describe: (name: string, define: () => void) => void;
  readonly it: (name: string, run: () => Promise<void>, timeoutMs: number) => void;
  readonly beforeAll: (start: () => Promise<void>) => void;
  readonly afterAll: (stop: () => Promise<void>) => void;
}

const closeCase: LogCase = {
  name: 'closes, takes no calls after that, and may be closed again',
  run: async (log) => {
    await log.close();
    await rejects(log.topics(), { code: 'HW_LOG_CLOSED' });
    await rejects(log.append([]), { code: 'HW_LOG_CLOSED' });
    await log.close();
  },
};

/** Every fact that the contract of `Log` promises, in the order in which they run on one log; the last one closes it. */
export const logCases: readonly LogCase[] = [...topicCases, ...recordCases, ...readerCases, ...groupCases, closeCase];

/** Holds a log to the contract: `checkLog('MemoryLog', () => new MemoryLog(), { describe, it, beforeAll, afterAll })`. */
export function checkLog(name: string, makeLog: () => Log | Promise<Log>, { describe, it, beforeAll, afterAll }: TestHooks): void {
  describe(`${name} keeps the contract of a log`, () => {
    let log: Log;
    beforeAll(async () => {
      log = await makeLog();
    });
    afterAll(() => log.close());
    for (const { name: fact, run } of logCases) it(fact, () => run(log), 120_000);
  });
}
