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

/** Opens what the global options of `command` name, does the work, and closes it, however the work ends. */
export async function inSession(command: Command, work: (session: Session) => Promise<void>): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const { log: location, registry: url, json = false } = options;
  const log = await openLog(location, await logOptions(options));
  const registry = openRegistry(log, url);
  try {
    await work({ log, registry, json });
  } finally {
    await registry.close();
    await log.close();
  }
}
