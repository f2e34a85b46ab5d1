import type { Command } from 'commander';
import { readKafkaConfig } from './kafka-config.js';
import type { Log } from '../log/log.js';
import { openLog, type OpenLogOptions } from '../log/open-log.js';
import { openRegistry } from '../serde/open-registry.js';
import type { SchemaRegistry } from '../serde/registry.js';

/** The options that every command has. */
export interface GlobalOptions {
  readonly log: string;
  readonly kafkaConfig?: string;
  readonly registry?: string;
  readonly json?: true;
}

export interface Session {
  readonly log: Log;
  readonly registry: SchemaRegistry;
  readonly json: boolean;
}

/** What opening the log takes beside its location. */
export async function logOptions({ kafkaConfig }: GlobalOptions): Promise<OpenLogOptions> {
  return kafkaConfig === undefined ? {} : { kafka: await readKafkaConfig(kafkaConfig) };
}

/** Opens what the global options of `command` name, does the work, and closes it, however the work ends. A log that is missing is made. */
export async function inSession(command: Command, work: (session: Session) => Promise<void>, how: OpenLogOptions = {}): Promise<void> {
  await inLog(command, how, work);
}

/** The same for commands that make nothing: HW_LOG_MISSING where nobody has made the log. */
export async function inExistingLog(command: Command, work: (session: Session) => Promise<void>): Promise<void> {
  await inLog(command, { create: false }, work);
}

async function inLog(command: Command, how: OpenLogOptions, work: (session: Session) => Promise<void>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const { log: location, registry: url, json = false } = options;
  const { kafka } = await logOptions(options);
  const log = await openLog(location, { ...how, kafka: { ...how.kafka, ...kafka } });
  const registry = openRegistry(log, url);
  try {
    await work({ log, registry, json });
  } finally {
    await registry.close();
    await log.close();
  }
}
