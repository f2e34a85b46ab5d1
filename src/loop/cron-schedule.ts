import { Cron } from 'croner';

import { error, reasonOf } from '../errors.js';

/** The first time of a schedule after `after`, both in milliseconds since 1970; Infinity where there is none. */
export type CronSchedule = (after: number) => number;

/** A schedule from a cron pattern (`minute hour day month weekday`, seconds before them if there are six), in UTC. Throws HW_CRON. */
export function cronSchedule(pattern: string): CronSchedule {
  try {
    const cron = new Cron(pattern, { timezone: 'UTC', paused: true });
    return (after) => cron.nextRun(new Date(after))?.getTime() ?? Infinity;
  } catch (reason) {
    throw error('HW_CRON', { pattern, reason: reasonOf(reason) }, reason);
  }
}
