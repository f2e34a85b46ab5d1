import type { OperatorFunction } from 'rxjs';

import type { ImageEvent } from '../events/image-event.js';
import { WHOLE_FRAME } from '../events/region-key.js';
import type { FramePosition } from '../events/frame-position.js';
import type { RegionImage } from '../image/region-image.js';
import type { RowTransformer } from '../ml/row-transformer.js';
import type { Detection } from '../ml/zoo/detector.js';
import { withValue, type StreamRecord } from '../record.js';
import { mapOrdered } from './map-ordered.js';
import { openFrames } from './open-frames.js';

/** What a detector found in a frame. */
export interface FrameDetections {
  readonly camera: string;
  /** When the picture was taken, milliseconds since 1970. */
  readonly capturedAt: number;
  /** Pixels of the frame; 0 where the event does not say. */
  readonly width: number;
  readonly height: number;
  /** Best first, boxes in pixels of the frame. */
  readonly detections: readonly Detection[];
  /** Where the frame lies in the log. */
  readonly frame: FramePosition;
}

/**
 * Searches whole frames for things, in the lanes, and keeps their order. A picture on which the detector fails goes to the dead-letter topic alone.
 *
 * @example source('camera-frames', ImageEvent).pipe(detect(models.detector()))
 */
export function detect(
  detector: RowTransformer<RegionImage, readonly Detection[]>,
): OperatorFunction<StreamRecord<string, ImageEvent>, StreamRecord<string, FrameDetections>> {
  const search = mapOrdered<string, WholeFrame, FrameDetections>(
    async ({ image, width, height }) => {
      const { camera, capturedAt, frame } = image;
      return { camera, capturedAt, width, height, detections: await detector.apply(image), frame };
    },
    { name: detector.name },
  );
  return (source) => source.pipe(wholeFrames(), search);
}

interface WholeFrame {
  readonly image: RegionImage;
  readonly width: number;
  readonly height: number;
}

function wholeFrames(): OperatorFunction<StreamRecord<string, ImageEvent>, StreamRecord<string, WholeFrame>> {
  return openFrames('detect', ({ record, image }) => {
    const { camera, capturedAt, width, height } = record.value;
    const { topic, partition, offset } = record.origin;
    const whole = { camera, region: WHOLE_FRAME, capturedAt, frame: { topic, partition, offset }, image };
    return [withValue(record, { image: whole, width, height })];
  });
}
