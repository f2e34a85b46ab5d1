import type { ImageEvent } from '../events/image-event.js';
import { readFrame } from '../events/read-frame.js';
import { annotatedJpeg, type Mark } from '../image/annotate.js';
import { imageHeader } from '../image/image-header.js';
import type { ImageSource } from '../image/image-source.js';
import { regionsIn } from '../image/region.js';
import type { Position } from '../log/log.js';
import { samePlace } from './log-watch.js';
import type { Surroundings } from './surroundings.js';
import { colourOf, toneOf } from './tone.js';

/**
 * The frame at a position of the log as a JPEG, its regions and what was lately predicted of them drawn on; `plain` leaves them out, and gives a JPEG
 * as it came. Throws HW_TOPIC_UNKNOWN, HW_FRAME_UNKNOWN, HW_SERDE, HW_BLOB and HW_IMAGE_*.
 */
export async function framePicture(surroundings: Surroundings, position: Position, plain: boolean): Promise<Uint8Array> {
  const event = await readFrame(surroundings.log, surroundings.registry, position);
  const bytes = event.bytes ?? (await surroundings.blobs(event));
  if (plain && event.encoding !== 'raw/rgb8' && imageHeader(bytes).mediaType === 'image/jpeg') return bytes;
  const { width, height } = event;
  const source: ImageSource = event.encoding === 'raw/rgb8' ? { bytes, encoding: 'rgb8', width, height } : { bytes, encoding: 'auto' };
  return annotatedJpeg(source, plain ? [] : marks(surroundings, event, position));
}

function marks({ cameras, watch }: Surroundings, event: ImageEvent, position: Position): Mark[] {
  const predictions = new Map(watch.predictions.filter(({ frame }) => samePlace(frame, position)).map((made) => [made.region, made]));
  return regionsIn(event, cameras.camera(event.camera)).map(({ name, polygon }) => {
    const prediction = predictions.get(name);
    const probability = prediction ? Math.max(...prediction.probabilities).toFixed(2) : '';
    return {
      polygon,
      colour: colourOf(prediction ? toneOf(prediction) : null),
      caption: prediction ? `${name}: ${prediction.label} ${probability}` : name,
    };
  });
}
