import type { OperatorFunction } from 'rxjs';

import type { ImageEvent } from '../events/image-event.js';
import { regionKey, WHOLE_FRAME } from '../events/region-key.js';
import { regionsIn } from '../image/region.js';
import type { RegionImage } from '../image/region-image.js';
import type { StreamRecord } from '../record.js';
import { openFrames } from './open-frames.js';

/**
 * One record per region of the camera, keyed `camera/region`, in the order of the camera's list; the whole frame, named `frame`, where the camera has
 * none. Nothing is decoded: the regions of one frame share its bytes and, later, one decoding.
 */
export function regions(): OperatorFunction<StreamRecord<string, ImageEvent>, StreamRecord<string, RegionImage>> {
  return openFrames('regions', ({ record: { value, timestamp, headers, origin }, image, task }) => {
    const { camera, capturedAt } = value;
    const { topic, partition, offset } = origin;
    const cut = (region: string, part = image): StreamRecord<string, RegionImage> => {
      const frame = { topic, partition, offset };
      return { key: regionKey(camera, region), value: { camera, region, capturedAt, frame, image: part }, timestamp, headers, origin };
    };
    const known = regionsIn(value, task.cameras.camera(camera));
    return known.length === 0 ? [cut(WHOLE_FRAME)] : known.map(({ name, polygon }) => cut(name, image.crop(polygon)));
  });
}
