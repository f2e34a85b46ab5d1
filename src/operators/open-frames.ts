import { catchError, concatMap, defer, EMPTY, from, of, type Observable, type OperatorFunction } from 'rxjs';

import { isError } from '../errors.js';
import type { ImageEvent } from '../events/image-event.js';
import { LazyImage } from '../image/lazy-image.js';
import type { StreamRecord } from '../record.js';
import { currentTask, type TaskContext } from '../topology/task-context.js';

/** A frame, and its picture, undecoded. */
export interface OpenFrame {
  readonly record: StreamRecord<string, ImageEvent>;
  readonly image: LazyImage;
  readonly task: TaskContext;
}

/** Every frame through `cut`, in order, once its bytes are there: those of an event that names them by URI are loaded first. */
export function openFrames<O>(
  operator: string,
  cut: (frame: OpenFrame) => StreamRecord<string, O>[],
): OperatorFunction<StreamRecord<string, ImageEvent>, StreamRecord<string, O>> {
  return (source) =>
    defer(() => {
      const task = currentTask(operator);
      return source.pipe(
        concatMap((record): Observable<StreamRecord<string, O>> => {
          const open = (bytes: Uint8Array) => cut({ record, image: imageOf(record.value, bytes), task });
          const { bytes } = record.value;
          if (bytes !== null) return of(...open(bytes));
          return from(task.blobs(record.value)).pipe(
            concatMap(open),
            catchError((reason: unknown) => {
              // A store that is away is no record's fault: the epoch fails and comes again.
              if (isError(reason, 'HW_BLOB_AWAY')) throw reason;
              task.fail(record, operator, reason);
              return EMPTY;
            }),
          );
        }),
      );
    });
}

function imageOf({ encoding, width, height }: ImageEvent, bytes: Uint8Array): LazyImage {
  return LazyImage.from(bytes, encoding === 'raw/rgb8' ? { encoding: 'rgb8', width, height } : {});
}
