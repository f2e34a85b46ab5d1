import { avro } from '../serde/avro.js';

/** One picture of a camera: its bytes, or a URI with their hash where they are too big for a topic. */
export interface ImageEvent {
  readonly camera: string;
  /** Event time, milliseconds since 1970. */
  readonly capturedAt: number;
  /** Media type of the bytes (`image/jpeg`), or `raw/rgb8` for height x width x 3 pixels. */
  readonly encoding: string;
  /** Pixels; 0 where nobody has looked yet. */
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array | null;
  readonly uri: string | null;
  /** SHA-256 of the bytes, 64 hexadecimal digits; required beside a URI. */
  readonly sha256: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Frames, keyed by camera. */
export const ImageEvent = avro<ImageEvent>(
  'ImageEvent',
  {
    type: 'record',
    name: 'ImageEvent',
    namespace: 'headwater',
    fields: [
      { name: 'camera', type: 'string' },
      { name: 'capturedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'encoding', type: 'string' },
      { name: 'width', type: 'int', default: 0 },
      { name: 'height', type: 'int', default: 0 },
      { name: 'bytes', type: ['null', 'bytes'], default: null },
      { name: 'uri', type: ['null', 'string'], default: null },
      { name: 'sha256', type: ['null', 'string'], default: null },
      { name: 'attributes', type: { type: 'map', values: 'string' }, default: {} },
    ],
  },
  {
    check({ bytes, uri, sha256 }) {
      if (!bytes && !uri) return 'it has neither bytes nor a uri';
      if (uri && !sha256) return 'its uri has no sha256 beside it';
      if (sha256 && !/^[0-9a-f]{64}$/i.test(sha256)) return 'its sha256 is not 64 hexadecimal digits';
      return undefined;
    },
  },
);
