import { error } from '../errors.js';
import { eventTopics } from '../events/event-topics.js';
import { topicWriter } from '../events/topic-writer.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { HEAD_COMMANDS_TOPIC, HeadCommand } from './head-command.js';
import type { ModelVersion } from './model-event.js';

/** The topic of head commands, partitioned as labels are. */
export const headCommandsTopic = { name: HEAD_COMMANDS_TOPIC, partitions: eventTopics[0].partitions };

/** A command without the head that it is for. */
export type Request = HeadCommand extends infer Command ? (Command extends HeadCommand ? Omit<Command, 'head'> : never) : never;

/** Writes what a person asks of the head `id` (`name@camera/region`); the trainer carries it out. Throws HW_HEAD_UNKNOWN for an id without a region. */
export async function askTrainer(log: Log, registry: SchemaRegistry, id: string, request: Request): Promise<void> {
  const at = id.indexOf('@');
  if (at < 0) throw error('HW_HEAD_UNKNOWN', { head: id });
  await log.createTopics([headCommandsTopic]);
  const value: HeadCommand = { ...request, head: id.slice(0, at) };
  await topicWriter({ log, registry, topic: HEAD_COMMANDS_TOPIC, format: HeadCommand })([
    { key: id.slice(at + 1), value, timestamp: request.at },
  ]);
}

/** The request to make a version champion, in the place of the one that is expected to be it. */
export function promotion({ version, file, learned, snapshot }: ModelVersion, expected: string | undefined, at: number): Request {
  const learnedTo = snapshot.offsets[learned - 1]!;
  return { action: 'promote', version, file, learnedTo, reason: 'promoted by hand', at, ...(expected !== undefined && { expected }) };
}
