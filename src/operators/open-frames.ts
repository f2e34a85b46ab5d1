import { defer, mergeMap, type OperatorFunction } from 'rxjs';

import { isError } from '../errors.js';
import type { ImageEvent } from '../events/image-event.js';
import { LazyImage } from '../image/lazy-image.js';
import type { StreamRecord } from '../record.js';
import { currentTask, type TaskContext } from '../topology/task-context.js';
import { mapAhead } from './map-ahead.js';

/** A frame, and its picture, undecoded. */
export interface OpenFrame {
  readonly record: StreamRecord<string, ImageEvent>;
  readonly image: LazyImage;
  readonly task: TaskContext;
}

/** Pictures that are loaded beside each other: enough to hide the way to a store, few enough to hold. */
const LOADED_AHEAD = 8;

/** Every frame through `cut`, in order, once its bytes are there: those of an event that names them by URI are loaded first. */
export function openFrames<O>(
  operator: string,
  cut: (frame: OpenFrame) => StreamRecord<string, O>[],
): OperatorFunction<StreamRecord<string, ImageEvent>, StreamRecord<string, O>> {
  return (source) =>
    defer(() => {
      const task = currentTask(operator);
      const load = ({ value }: StreamRecord<string, ImageEvent>): Loaded | Promise<Loaded> =>
        value.bytes === null ? task.blobs(value).then((bytes) => ({ bytes }), failed) : { bytes: value.bytes };
      return source.pipe(
        mapAhead((record) => {
          const loaded = load(record);
          return loaded instanceof Promise ? loaded.then((each) => ({ record, loaded: each })) : { record, loaded };
        }, LOADED_AHEAD),
        mergeMap(({ record, loaded }) => {
          if ('bytes' in loaded) return cut({ record, image: imageOf(record.value, loaded.bytes), task });
          task.fail(record, operator, loaded.reason);
          return [];
        }),
      );
    });
}

type Loaded = { readonly bytes: Uint8Array } | { readonly reason: unknown };

/** A store that is away is no record's fault: the epoch fails and comes again. */
function failed(reason: unknown): Loaded {
  if (isError(reason, 'HW_BLOB_AWAY')) throw reason;
  return { reason };
}

function imageOf({ encoding, width, height }: ImageEvent, bytes: Uint8Array): LazyImage {
  return LazyImage.from(bytes, encoding === 'raw/rgb8' ? { encoding: 'rgb8', width, height } : {});
}
