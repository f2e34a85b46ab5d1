import { avro } from '../serde/avro.js';
import { framePosition, type FramePosition } from './frame-position.js';

/** What a featurizer saw in one region of one frame. */
export interface FeatureEvent {
  readonly camera: string;
  readonly region: string;
  /** Event time of the frame, milliseconds since 1970. */
  readonly capturedAt: number;
  /** `name@hash`: features of different versions do not mix. */
  readonly featurizer: string;
  /** One row, float32. */
  readonly features: Float32Array;
  /** The likeliest classes of the network's own classifier, best first; empty where it has none. */
  readonly classes: readonly { readonly label: string; readonly probability: number }[];
  readonly frame: FramePosition;
}

/** Feature vectors, keyed by region (`regionKey`). */
export const FeatureEvent = avro<FeatureEvent>('FeatureEvent', {
  type: 'record',
  name: 'FeatureEvent',
  namespace: 'headwater',
  fields: [
    { name: 'camera', type: 'string' },
    { name: 'region', type: 'string' },
    { name: 'capturedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'featurizer', type: 'string' },
    { name: 'features', type: { type: 'bytes', logicalType: 'float32-array' }, doc: 'float32, little endian' },
    {
      name: 'classes',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'ClassProbability',
          fields: [
            { name: 'label', type: 'string' },
            { name: 'probability', type: 'double' },
          ],
        },
      },
      default: [],
    },
    { name: 'frame', type: framePosition },
  ],
});
