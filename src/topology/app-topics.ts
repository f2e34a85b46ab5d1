import { error } from '../errors.js';
import type { Log, TopicSpec } from '../log/log.js';
import type { Blueprint } from './blueprint.js';
import { changelogTopic } from './task-state.js';

export interface AppTopics {
  readonly log: Log;
  readonly app: string;
  readonly deadLetterTopic: string;
  /** Topics whose making is known beforehand. */
  readonly specs: readonly TopicSpec[];
}

/** By size and not by age: what is replayed keeps its old event time. The task that reads an internal topic is in step with those that write it. */
const internalRetentionBytes = 1024 * 1024 * 1024;

/**
 * Makes the topics of an app that do not exist yet: inputs that `specs` knows, outputs and changelogs partitioned as the inputs are, and one partition of
 * dead letters. Resolves with the number of partitions.
 *
 * @throws HW_TOPIC_UNKNOWN for an input that neither exists nor has a specification, HW_NOT_COPARTITIONED
 */
export async function createAppTopics(
  { sources, sinks, repartitions, stores }: Blueprint,
  { log, app, deadLetterTopic, specs }: AppTopics,
): Promise<number> {
  const external = sources.filter((name) => !repartitions.includes(name));
  const existing = await log.topics();
  const specOf = (name: string) => specs.find((spec) => spec.name === name);
  const model = existing.find(({ name }) => external.includes(name));
  await log.createTopics(
    external.flatMap((name) => {
      const spec = specOf(name);
      return spec ? [{ ...spec, ...(model && { partitions: model.partitions }) }] : [];
    }),
  );

  const inputs = await log.topics(external);
  const partitions = Math.max(...inputs.map((topic) => topic.partitions));
  if (inputs.some((topic) => topic.partitions !== partitions)) {
    throw error('HW_NOT_COPARTITIONED', { counts: inputs.map((topic) => `${topic.name} ${topic.partitions}`).join(', ') });
  }
  await log.createTopics([
    ...sinks.map((name) => ({
      ...(repartitions.includes(name) ? { retentionBytes: internalRetentionBytes } : specOf(name)),
      name,
      partitions,
    })),
    ...stores.map(({ name }) => ({ name: changelogTopic(app, name), partitions, cleanup: 'compact' as const })),
    { name: deadLetterTopic, partitions: 1 },
  ]);
  return partitions;
}
