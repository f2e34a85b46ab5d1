import { error } from '../errors.js';
import type { Encoding, RawEncoding } from './image-source.js';

const rawEncodings: ReadonlySet<string> = new Set<RawEncoding>(['mono8', 'rgb8', 'bgr8', 'rgba8', 'bgra8']);

/** The encoding that an event's media type names: `raw/rgb8` and its like say how to read pixels, for all others the bytes speak. Throws HW_IMAGE_FORMAT. */
export function encodingOf(mediaType: string): Encoding {
  if (!mediaType.startsWith('raw/')) return 'auto';
  const encoding = mediaType.slice('raw/'.length);
  if (isRawEncoding(encoding)) return encoding;
  throw error('HW_IMAGE_FORMAT', { problem: mediaType });
}

function isRawEncoding(name: string): name is RawEncoding {
  return rawEncodings.has(name);
}
