import { createHash } from 'node:crypto';

import type { FeatureEvent } from '../events/feature-event.js';
import type { FoundRecord } from '../topology/read-offsets.js';

/** Labelled feature vectors, oldest first. */
export interface LabelledFeatures {
  /** rows x width, row-major. */
  readonly features: Float32Array<ArrayBuffer>;
  readonly width: number;
  readonly labels: readonly string[];
  /** Capture times, milliseconds since 1970. */
  readonly times: Float64Array;
}

/** Labelled feature vectors, and where each of them lies in the feature log. */
export interface FoundFeatures extends LabelledFeatures {
  readonly offsets: readonly number[];
}

/** The features at `offsets`, ascending, with their labels, as far as they are among the `records` of the feature log. */
export async function readTrainingSet(
  offsets: readonly number[],
  labels: readonly string[],
  records: AsyncIterable<FoundRecord<FeatureEvent>>,
): Promise<FoundFeatures> {
  const labelOf = new Map(offsets.map((offset, place) => [offset, labels[place]!]));
  const found = { offsets: [] as number[], labels: [] as string[], times: [] as number[] };
  let width = 0;
  let features = new Float32Array();
  for await (const { offset, value } of records) {
    const row = found.labels.length;
    if (row === 0) {
      width = value.features.length;
      features = new Float32Array(offsets.length * width);
    }
    features.set(value.features, row * width);
    found.offsets.push(offset);
    found.labels.push(labelOf.get(offset)!);
    found.times.push(value.capturedAt);
  }
  const rows = found.labels.length;
  return {
    features: rows === offsets.length ? features : features.slice(0, rows * width),
    width,
    offsets: found.offsets,
    labels: found.labels,
    times: Float64Array.from(found.times),
  };
}

/** The rows from `from` up to `to`, which is left out, on the same memory. */
export function rowsBetween({ features, width, labels, times }: LabelledFeatures, from: number, to: number): LabelledFeatures {
  return { features: features.subarray(from * width, to * width), width, labels: labels.slice(from, to), times: times.subarray(from, to) };
}

/** The first 12 hex digits of the SHA-256 of features, labels and times. */
export function contentHash({ features, labels, times }: LabelledFeatures): string {
  const hash = createHash('sha256').update(features).update(times).update(JSON.stringify(labels));
  return hash.digest('hex').slice(0, 12);
}
