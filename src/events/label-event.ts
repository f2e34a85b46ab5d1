import { error, reasonOf } from '../errors.js';
import { asBuffer } from '../serde/as-buffer.js';
import { avro, type AvroFormat } from '../serde/avro.js';
import { LabelProblem, parseLabel } from './parse-label.js';

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

const labelAvro = avro<LabelEvent>('LabelEvent', {
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

/**
 * Labels, keyed by region (`regionKey`). Written as Avro, and read as Avro or, since people write labels with what they have, as a JSON object of camera,
 * region, capturedAt and label: its `source` is `json` and its `labelledAt` the time of the frame where it does not say otherwise. Throws HW_SERDE.
 */
export const LabelEvent: AvroFormat<LabelEvent> = {
  ...labelAvro,
  bind(context) {
    const serde = labelAvro.bind(context);
    const { topic, side } = context;
    const fail = (reason: string, cause: unknown) => error('HW_SERDE', { side, topic, format: labelAvro.name, reason }, cause);
    return {
      ...serde,
      deserialize: (bytes) => (bytes?.[0] === OPENING_BRACE ? labelOfJson(asBuffer(bytes).toString(), fail) : serde.deserialize(bytes)),
    };
  },
};

/** Avro in the wire format begins with 0. */
const OPENING_BRACE = 0x7b;

function labelOfJson(text: string, fail: (reason: string, cause: unknown) => Error): LabelEvent {
  try {
    const { sighting, label, predictionId, source = 'json', labelledAt } = parseLabel(JSON.parse(text));
    if (!sighting) throw new LabelProblem('on the topic itself camera, region and capturedAt must be given');
    return { ...sighting, label, source, predictionId, labelledAt: labelledAt ?? sighting.capturedAt };
  } catch (cause) {
    throw fail(reasonOf(cause), cause);
  }
}
