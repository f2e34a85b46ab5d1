import { createHash } from 'node:crypto';

import type { FeatureEvent } from '../events/feature-event.js';

/** Labelled feature vectors, oldest first. */
export interface LabelledFeatures {
  /** rows x width, row-major. */
  readonly features: Float32Array<ArrayBuffer>;
  readonly width: number;
  readonly labels: readonly string[];
  /** Capture times, milliseconds since 1970. */
  readonly times: Float64Array;
}

type Replayed = AsyncIterable<{ readonly offset: number; readonly value: FeatureEvent }>;

/** The features at `offsets`, ascending, with their labels, from a replay of the stretch that they lie in. */
export async function readTrainingSet(offsets: readonly number[], labels: readonly string[], stretch: Replayed): Promise<LabelledFeatures> {
  const rowOf = new Map(offsets.map((offset, row) => [offset, row]));
  const found: { readonly features: Float32Array; readonly label: string; readonly time: number }[] = [];
  for await (const { offset, value } of stretch) {
    const row = rowOf.get(offset);
    if (row !== undefined) found.push({ features: value.features, label: labels[row]!, time: value.capturedAt });
  }
  const width = found[0]?.features.length ?? 0;
  const features = new Float32Array(found.length * width);
  found.forEach((one, row) => features.set(one.features, row * width));
  return { features, width, labels: found.map(({ label }) => label), times: Float64Array.from(found, ({ time }) => time) };
}

/** The rows from `from` up to `to`, which is left out. */
export function rowsBetween({ features, width, labels, times }: LabelledFeatures, from: number, to: number): LabelledFeatures {
  return { features: features.slice(from * width, to * width), width, labels: labels.slice(from, to), times: times.slice(from, to) };
}

/** The first 12 hex digits of the SHA-256 of features, labels and times. */
export function contentHash({ features, labels, times }: LabelledFeatures): string {
  const hash = createHash('sha256').update(features).update(times).update(JSON.stringify(labels));
  return hash.digest('hex').slice(0, 12);
}
