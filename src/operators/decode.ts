import { map, type OperatorFunction } from 'rxjs';

import type { Resize } from '../image/image-plan.js';
import type { RegionImage } from '../image/region-image.js';
import { withValue, type StreamRecord } from '../record.js';

/**
 * Plans to bring pictures to `width` x `height` pixels. Nothing is decoded here: pixels come into being beside the engine that wants them.
 * `fit` is `fill` (stretch, default), `cover` or `contain`.
 */
export function decode<K>({
  width,
  height,
  fit = 'fill',
}: Pick<Resize, 'width' | 'height'> & Partial<Resize>): OperatorFunction<StreamRecord<K, RegionImage>, StreamRecord<K, RegionImage>> {
  return map((record) => withValue(record, { ...record.value, image: record.value.image.resize({ width, height, fit }) }));
}
