import type { TopicSpec } from '../log/log.js';

const PARTITIONS = 4;
const MiB = 1024 * 1024;

/**
 * The topics of the main job, with equal partition counts, since they are joined. They are bounded by size and not by age: old frames
 * that are replayed keep their event time, and an age limit would drop them before anybody has read them.
 */
export const eventTopics = [
  { name: 'camera-frames', partitions: PARTITIONS, retentionBytes: 2048 * MiB },
  { name: 'features', partitions: PARTITIONS, retentionBytes: 512 * MiB },
  { name: 'predictions', partitions: PARTITIONS, retentionBytes: 256 * MiB },
  { name: 'labels', partitions: PARTITIONS, retentionBytes: 256 * MiB },
] as const satisfies readonly TopicSpec[];
