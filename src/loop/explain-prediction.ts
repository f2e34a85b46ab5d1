import { error } from '../errors.js';
import { FeatureEvent } from '../events/feature-event.js';
import type { FramePosition } from '../events/frame-position.js';
import { PredictionEvent } from '../events/prediction-event.js';
import { readValues } from '../events/read-values.js';
import type { Log, Position } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format } from '../serde/serde.js';
import { headIdsFor, type ModelVersion } from './model-event.js';

/** Where a prediction comes from. */
export interface Explanation {
  readonly prediction: PredictionEvent;
  readonly frame: FramePosition;
  /** Where its features lie in the feature log, if they are kept. */
  readonly features?: Position;
  /** The version that predicted, with its snapshot, gate and grid report; absent for the featurizer's own classifier. */
  readonly version?: ModelVersion;
}

/** Walks from a prediction back to its frame, its features and the training of its head. Throws HW_PREDICTION_UNKNOWN. */
export async function explainPrediction(
  log: Log,
  registry: SchemaRegistry,
  versions: readonly ModelVersion[],
  id: string,
): Promise<Explanation> {
  const found = await firstOf(log, registry, 'predictions', PredictionEvent, (value) => value.id === id);
  if (!found) throw error('HW_PREDICTION_UNKNOWN', { id });
  const { value: prediction } = found;
  const { camera, region, capturedAt, head, frame } = prediction;
  const same = (value: FeatureEvent): boolean => value.camera === camera && value.region === region && value.capturedAt === capturedAt;
  const features = await firstOf(log, registry, 'features', FeatureEvent, same);
  const ids = headIdsFor(head.name, camera, region);
  const version = versions.find((made) => made.version === head.version && ids.includes(made.head));
  return { prediction, frame, ...(features && { features: features.position }), ...(version && { version }) };
}

async function firstOf<T>(
  log: Log,
  registry: SchemaRegistry,
  topic: string,
  format: Format<T>,
  wanted: (value: T) => boolean,
): Promise<{ readonly value: T; readonly position: Position } | undefined> {
  for await (const found of readValues({ log, registry }, topic, format)) if (wanted(found.value)) return found;
  return undefined;
}
