import { error } from '../errors.js';
import type { TopicSpec } from './log.js';

/** Checks a topic's name by Kafka's rule and that it has partitions. Throws HW_TOPIC_NAME, HW_TOPIC_PARTITIONS. */
export function checkTopicSpec({ name, partitions }: TopicSpec): void {
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') throw error('HW_TOPIC_NAME', { topic: name });
  if (!Number.isInteger(partitions) || partitions < 1) throw error('HW_TOPIC_PARTITIONS', { topic: name, partitions });
}
