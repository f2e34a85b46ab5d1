import { readFile } from 'node:fs/promises';

import { ImageEvent } from '../events/image-event.js';
import { LabelEvent } from '../events/label-event.js';
import { regionKey } from '../events/region-key.js';
import { topicWriter } from '../events/topic-writer.js';
import { imageHeader } from '../image/image-header.js';
import { shiftImage, type ImageShift } from '../image/shift-image.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { lapMs, type SampleCamera, type SampleFrame } from './sample-camera.js';

export interface ReplayOptions {
  readonly log: Log;
  readonly registry: SchemaRegistry;
  readonly sample: SampleCamera;
  readonly signal: AbortSignal;
  /** Whether the sample's own labels are given; a teacher gives them otherwise. */
  readonly labels: boolean;
  /** Frames by which a label comes after its frame. */
  readonly labelsLate: number;
  /** Capture time of the first frame, milliseconds since 1970. */
  readonly start: number;
  /** Begins again at the end, for ever. */
  readonly loop: boolean;
  /** What becomes of the pictures from `shiftFrom` on. */
  readonly shift?: ImageShift;
  /** Capture time of the first picture that is shifted, milliseconds since 1970. */
  readonly shiftFrom: number;
  /** Called when a frame is about to be written: resolve to let it go. */
  readonly beforeFrame: (capturedAt: number) => Promise<void>;
  /** Called when the labels of a frame are due. */
  readonly beforeLabels: (capturedAt: number) => Promise<void>;
}

/** Writes the sample's frames to `camera-frames`, and to `labels`, where it is asked to, what they show, so many frames later. */
export async function replaySample(options: ReplayOptions): Promise<void> {
  const { log, registry, sample, signal, labels, labelsLate, start, loop, shift, shiftFrom, beforeFrame, beforeLabels } = options;
  const { camera, frames } = sample;
  const writeFrame = topicWriter({ log, registry, topic: 'camera-frames', format: ImageEvent });
  const writeLabels = topicWriter({ log, registry, topic: 'labels', format: LabelEvent });
  const due: { readonly frame: SampleFrame; readonly capturedAt: number }[] = [];

  /** Gives the oldest labels that are due, at the stream's own time, so that a replay writes the same bytes every time. */
  const giveLabels = async (labelledAt: number): Promise<void> => {
    const { frame, capturedAt } = due.shift()!;
    await beforeLabels(capturedAt);
    if (!labels) return;
    const about = { camera: camera.camera, capturedAt, source: 'sample', predictionId: null, labelledAt };
    await writeLabels(
      [...frame.labels].map(([region, label]) => ({
        key: regionKey(camera.camera, region),
        value: { ...about, region, label },
        timestamp: labelledAt,
      })),
    );
  };

  const stopped = (): boolean => signal.aborted;
  for (let begin = start; !stopped(); begin += lapMs(sample)) {
    for (const frame of frames) {
      const capturedAt = begin + frame.offsetMs;
      await beforeFrame(capturedAt);
      if (stopped()) return;
      const seen = await readFile(frame.file);
      const bytes = shift && capturedAt >= shiftFrom ? await shiftImage(seen, shift) : seen;
      const { mediaType: encoding, width, height } = imageHeader(bytes);
      const value = { camera: camera.camera, capturedAt, encoding, width, height, bytes, uri: null, sha256: null, attributes: {} };
      await writeFrame([{ key: camera.camera, value, timestamp: capturedAt }]);
      due.push({ frame, capturedAt });
      if (due.length > labelsLate) await giveLabels(capturedAt);
    }
    if (!loop) break;
  }
  while (due.length > 0 && !stopped()) await giveLabels(due.at(-1)!.capturedAt);
}
