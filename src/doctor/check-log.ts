import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

import { error } from '../errors.js';
import type { Log } from '../log/log.js';
import { openLog, type OpenLogOptions } from '../log/open-log.js';
import { openRegistry } from '../serde/open-registry.js';
import type { Check, Finding } from './finding.js';

/** Where what the doctor writes goes, for a minute. */
export const DOCTOR_TOPIC = '_headwater_doctor';

const minute = 60_000;

/** Opens the log at `location`, writes a record to a topic of its own and reads it back. A directory that does not exist is left so. */
export function checkLog(location: string, options?: OpenLogOptions): Check {
  return {
    name: 'log',
    look: () =>
      withLog(location, options, async (log) => {
        const topics = await log.topics();
        const began = performance.now();
        await writeAndRead(log);
        const ms = Math.round(performance.now() - began);
        return { status: 'ok', found: `${log.name}: ${topics.length} topics, a record written and read back in ${ms} ms` };
      }),
  };
}

/** Asks the registry at `url`, or the log's own, for its subjects. */
export function checkRegistry(location: string, url: string | undefined, options?: OpenLogOptions): Check {
  return {
    name: 'registry',
    look: () =>
      withLog(location, options, async (log) => {
        const registry = openRegistry(log, url);
        try {
          const subjects = await registry.subjects();
          return { status: 'ok', found: `${url ?? `topic _schemas of ${log.name}`}: ${subjects.length} subjects` };
        } finally {
          await registry.close();
        }
      }),
  };
}

async function withLog(
  location: string,
  options: OpenLogOptions | undefined,
  look: (log: Log) => Promise<Omit<Finding, 'check'>>,
): Promise<Omit<Finding, 'check'>> {
  if (!location.includes(':') && !existsSync(location)) {
    return { status: 'warn', found: `${location} does not exist yet`, action: 'Nothing to do: the first command that uses it makes it.' };
  }
  const log = await openLog(location, options);
  try {
    return await look(log);
  } finally {
    await log.close();
  }
}

async function writeAndRead(log: Log): Promise<void> {
  await log.createTopics([{ name: DOCTOR_TOPIC, partitions: 1, retentionMs: minute }]);
  const value = randomUUID();
  const [at] = await log.append([{ topic: DOCTOR_TOPIC, key: null, value: Buffer.from(value), timestamp: Date.now() }]);
  const reader = await log.reader([at!]);
  try {
    const [record] = await reader.fetch({ waitMs: 10_000 });
    const got = Buffer.from(record?.value ?? []).toString();
    if (got !== value) throw error('HW_LOG_READ_BACK', { log: log.name, topic: DOCTOR_TOPIC });
  } finally {
    await reader.close();
  }
}
