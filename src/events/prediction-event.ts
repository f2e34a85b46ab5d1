import { avro } from '../serde/avro.js';
import { framePosition, type FramePosition } from './frame-position.js';

/** What a head says about one region of one frame. */
export interface PredictionEvent {
  readonly id: string;
  readonly camera: string;
  readonly region: string;
  /** Event time of the frame, milliseconds since 1970. */
  readonly capturedAt: number;
  /** Processing time, milliseconds since 1970. */
  readonly predictedAt: number;
  readonly head: { readonly name: string; readonly version: string };
  /** `name@hash` of the network whose features the head read. */
  readonly featurizer: string;
  /** The likeliest of `labels`. */
  readonly label: string;
  readonly labels: readonly string[];
  /** In the order of `labels`. */
  readonly probabilities: readonly number[];
  readonly frame: FramePosition;
}

/** Predictions, keyed by region (`regionKey`). */
export const PredictionEvent = avro<PredictionEvent>(
  'PredictionEvent',
  {
    type: 'record',
    name: 'PredictionEvent',
    namespace: 'headwater',
    fields: [
      { name: 'id', type: 'string' },
      { name: 'camera', type: 'string' },
      { name: 'region', type: 'string' },
      { name: 'capturedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'predictedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      {
        name: 'head',
        type: {
          type: 'record',
          name: 'HeadVersion',
          fields: [
            { name: 'name', type: 'string' },
            { name: 'version', type: 'string' },
          ],
        },
      },
      { name: 'featurizer', type: 'string' },
      { name: 'label', type: 'string' },
      { name: 'labels', type: { type: 'array', items: 'string' } },
      { name: 'probabilities', type: { type: 'array', items: 'double' } },
      { name: 'frame', type: framePosition },
    ],
  },
  {
    check: ({ labels, probabilities }) =>
      labels.length === probabilities.length ? undefined : `it has ${labels.length} labels and ${probabilities.length} probabilities`,
  },
);
