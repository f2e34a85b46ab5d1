import { error } from '../errors.js';
import { FeatureEvent } from '../events/feature-event.js';
import { parsePredictionId, predictionId } from '../events/prediction-id.js';
import { PredictionEvent } from '../events/prediction-event.js';
import { readValues } from '../events/read-values.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { distance, type Metric } from '../similarity/distance.js';

/** A region of a frame that looks like another. */
export interface SimilarFrame {
  /** Of its prediction, whether there is one or not. */
  readonly id: string;
  readonly camera: string;
  readonly region: string;
  /** Event time of the frame, milliseconds since 1970. */
  readonly capturedAt: number;
  readonly distance: number;
  /** What was predicted, where it was and is still kept. */
  readonly label?: string;
}

export interface SimilarFramesOptions {
  /** Default 10. */
  readonly count?: number;
  /** Looks at all cameras and regions, not just at that of the prediction. */
  readonly everywhere?: boolean;
  /** Default `cosine`. */
  readonly metric?: Metric;
}

/**
 * The frames in the feature log that look most like that of a prediction, itself not among them, nearest first: all vectors of the same featurizer are
 * looked at. Throws HW_PREDICTION_UNKNOWN, HW_FEATURES_GONE.
 */
export async function similarFrames(
  log: Log,
  registry: SchemaRegistry,
  id: string,
  { count = 10, everywhere = false, metric = 'cosine' }: SimilarFramesOptions = {},
): Promise<SimilarFrame[]> {
  const wanted = await featuresOf(log, registry, id);
  const nearest = new Map<string, SimilarFrame>();
  for await (const { value } of readValues({ log, registry }, 'features', FeatureEvent)) {
    const { camera, region, capturedAt, featurizer, features, frame } = value;
    if (featurizer !== wanted.featurizer || features.length !== wanted.features.length) continue;
    if (!everywhere && (camera !== wanted.camera || region !== wanted.region)) continue;
    const other = predictionId(frame, region);
    if (other === id) continue;
    nearest.set(other, { id: other, camera, region, capturedAt, distance: distance(metric, wanted.features, features) });
    if (nearest.size > count) nearest.delete(farthest(nearest.values()).id);
  }
  const labels = await labelsOf(log, registry, nearest);
  return [...nearest.values()]
    .sort((a, b) => a.distance - b.distance)
    .map((frame) => ({ ...frame, ...(labels.has(frame.id) && { label: labels.get(frame.id)! }) }));
}

async function featuresOf(log: Log, registry: SchemaRegistry, id: string): Promise<FeatureEvent> {
  if (!parsePredictionId(id)) throw error('HW_PREDICTION_UNKNOWN', { id });
  for await (const { value } of readValues({ log, registry }, 'features', FeatureEvent))
    if (predictionId(value.frame, value.region) === id) return value;
  throw error('HW_FEATURES_GONE', { id });
}

async function labelsOf(log: Log, registry: SchemaRegistry, wanted: ReadonlyMap<string, unknown>): Promise<Map<string, string>> {
  const labels = new Map<string, string>();
  if (!(await log.topics()).some(({ name }) => name === 'predictions')) return labels;
  for await (const { value } of readValues({ log, registry }, 'predictions', PredictionEvent)) {
    if (wanted.has(value.id)) labels.set(value.id, value.label);
  }
  return labels;
}

function farthest(frames: Iterable<SimilarFrame>): SimilarFrame {
  return [...frames].reduce((most, frame) => (frame.distance > most.distance ? frame : most));
}
