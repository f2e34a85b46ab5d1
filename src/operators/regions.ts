import { catchError, concatMap, defer, EMPTY, from, of, type Observable, type OperatorFunction } from 'rxjs';

import { regionKey, WHOLE_FRAME } from '../events/region-key.js';
import type { ImageEvent } from '../events/image-event.js';
import type { RegionImage } from '../image/region-image.js';
import { LazyImage } from '../image/lazy-image.js';
import type { Camera } from '../image/region.js';
import type { StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';

/**
 * One record per region of the camera, keyed `camera/region`, in the order of the camera's list; the whole frame, named `frame`, where the camera has
 * none. Nothing is decoded: the regions of one frame share its bytes and, later, one decoding.
 */
export function regions(): OperatorFunction<StreamRecord<string, ImageEvent>, StreamRecord<string, RegionImage>> {
  return (source) =>
    defer(() => {
      const task = currentTask('regions');
      const cut = (record: StreamRecord<string, ImageEvent>, bytes: Uint8Array): StreamRecord<string, RegionImage>[] => {
        const { value, timestamp, headers, origin } = record;
        const { camera, capturedAt } = value;
        const frame = { topic: origin.topic, partition: origin.partition, offset: origin.offset };
        return parts(value, bytes, task.cameras.camera(camera)).map(({ region, image }) => {
          const part: RegionImage = { camera, region, capturedAt, frame, image };
          return { key: regionKey(camera, region), value: part, timestamp, headers, origin };
        });
      };
      return source.pipe(
        concatMap((record): Observable<StreamRecord<string, RegionImage>> => {
          const { bytes } = record.value;
          if (bytes !== null) return of(...cut(record, bytes));
          return from(task.blobs(record.value)).pipe(
            concatMap((loaded) => cut(record, loaded)),
            catchError((reason: unknown) => {
              task.fail(record, 'regions', reason);
              return EMPTY;
            }),
          );
        }),
      );
    });
}

/** The images of a frame, one per region, their polygons scaled where the frame is not of the size that they were drawn in. */
function parts(frame: ImageEvent, bytes: Uint8Array, camera: Camera | undefined): { region: string; image: LazyImage }[] {
  const raw = frame.encoding === 'raw/rgb8';
  const image = LazyImage.from(bytes, raw ? { encoding: 'rgb8', width: frame.width, height: frame.height } : {});
  if (!camera || camera.regions.length === 0) return [{ region: WHOLE_FRAME, image }];
  const scaleX = frame.width > 0 ? frame.width / camera.width : 1;
  const scaleY = frame.height > 0 ? frame.height / camera.height : 1;
  return camera.regions.map(({ name, polygon }) => ({
    region: name,
    image: image.crop(polygon.map(([x, y]) => [x * scaleX, y * scaleY])),
  }));
}
