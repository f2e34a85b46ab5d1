import { avro } from '../serde/avro.js';

/** The truth about one region at one time, however late it comes. */
export interface LabelEvent {
  readonly camera: string;
  readonly region: string;
  /** Event time of the frame that is labelled, milliseconds since 1970. */
  readonly capturedAt: number;
  readonly label: string;
  /** Who says so: a person, a sensor, a teacher network. */
  readonly source: string;
  /** The prediction that is judged, where the labeller knows it. */
  readonly predictionId: string | null;
  /** Milliseconds since 1970. */
  readonly labelledAt: number;
}

/** Labels, keyed by region (`regionKey`). */
export const LabelEvent = avro<LabelEvent>('LabelEvent', {
  type: 'record',
  name: 'LabelEvent',
  namespace: 'headwater',
  fields: [
    { name: 'camera', type: 'string' },
    { name: 'region', type: 'string' },
    { name: 'capturedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'label', type: 'string' },
    { name: 'source', type: 'string' },
    { name: 'predictionId', type: ['null', 'string'], default: null },
    { name: 'labelledAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
});
