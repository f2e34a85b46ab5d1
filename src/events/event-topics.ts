import type { TopicSpec } from '../log/log.js';
import type { Format } from '../serde/serde.js';
import { FeatureEvent } from './feature-event.js';
import { ImageEvent } from './image-event.js';
import { LabelEvent } from './label-event.js';
import { PredictionEvent } from './prediction-event.js';

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

export type EventTopic = (typeof eventTopics)[number]['name'];

/** What lies in the topics of the main job. */
export const eventFormats = {
  'camera-frames': ImageEvent,
  features: FeatureEvent,
  predictions: PredictionEvent,
  labels: LabelEvent,
} as const satisfies Record<EventTopic, Format<unknown>>;

export function isEventTopic(topic: string): topic is EventTopic {
  return Object.hasOwn(eventFormats, topic);
}
