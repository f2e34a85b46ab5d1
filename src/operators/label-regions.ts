import { concatMap, defer, type OperatorFunction } from 'rxjs';

import type { LabelEvent } from '../events/label-event.js';
import { regionKey, WHOLE_FRAME } from '../events/region-key.js';
import { insidePolygon } from '../image/inside-polygon.js';
import { regionsIn } from '../image/region.js';
import type { StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';
import type { FrameDetections } from './detect.js';

export interface LabelRegionsOptions {
  /** Classes of things that occupy a region. */
  readonly classes: readonly string[];
  /** Who says so, for the labels. */
  readonly source: string;
}

/**
 * A detector as teacher: one label per region of the camera (or for the whole frame, where it has none), `occupied` where the centre of a box of one of
 * `classes` lies in the region's polygon, else `clear`.
 */
export function labelRegions({
  classes,
  source: teacher,
}: LabelRegionsOptions): OperatorFunction<StreamRecord<string, FrameDetections>, StreamRecord<string, LabelEvent>> {
  return (source) =>
    defer(() => {
      const task = currentTask('labelRegions');
      return source.pipe(
        concatMap(({ value, headers, origin, timestamp }) => {
          const { camera, capturedAt, detections } = value;
          const things = detections.filter(({ label }) => classes.includes(label));
          const centres = things.map(({ box }) => [box.x + box.width / 2, box.y + box.height / 2] as const);
          const labelledAt = Math.max(timestamp, task.clock.now());
          const label = (region: string, occupied: boolean): StreamRecord<string, LabelEvent> => ({
            key: regionKey(camera, region),
            value: {
              ...{ camera, region, capturedAt, labelledAt, source: teacher, predictionId: null },
              label: occupied ? 'occupied' : 'clear',
            },
            timestamp: labelledAt,
            headers,
            origin,
          });
          const regions = regionsIn(value, task.cameras.camera(camera));
          if (regions.length === 0) return [label(WHOLE_FRAME, centres.length > 0)];
          return regions.map(({ name, polygon }) =>
            label(
              name,
              centres.some((centre) => insidePolygon(centre, polygon)),
            ),
          );
        }),
      );
    });
}
