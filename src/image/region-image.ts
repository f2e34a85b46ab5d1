import type { Position } from '../log/log.js';
import type { LazyImage } from './lazy-image.js';

/** The part of a frame that one region shows, and which frame of which camera it is. */
export interface RegionImage {
  readonly camera: string;
  readonly region: string;
  /** When the picture was taken, milliseconds since 1970. */
  readonly capturedAt: number;
  /** Where the frame lies in the log. */
  readonly frame: Position;
  readonly image: LazyImage;
}
