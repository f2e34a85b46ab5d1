import type { Box } from '../../image/image-plan.js';
import type { LazyImage } from '../../image/lazy-image.js';
import type { BatchFigures } from '../engines/batch-metrics.js';
import { lanes } from '../engines/lane-pool.js';
import type { RowGeometry } from '../engines/lane-protocol.js';
import type { RowAnswer } from '../engines/row-queue.js';
import type { RowTransformer } from '../row-transformer.js';
import { bundledModel } from './bundled-model.js';
import type { ModelOptions } from './model-options.js';
import { suppressOverlaps } from './non-maximum-suppression.js';

/** A thing found in a picture. */
export interface Detection {
  /** One of COCO's 80 classes. */
  readonly label: string;
  /** 0 to 1. */
  readonly score: number;
  /** In pixels of the source picture, inside it. */
  readonly box: Box;
}

export interface DetectorOptions extends ModelOptions {
  /** Scores below this are left out. Default 0.3. */
  readonly threshold?: number;
  /** Of two boxes that overlap more than this (intersection over union), the better one stays, whatever their classes. Default 0.5. */
  readonly iou?: number;
}

/** Finds things of COCO's 80 classes (NanoDet-g, letterboxed to 416 x 416). */
export interface Detector extends RowTransformer<LazyImage, readonly Detection[]> {
  /** `NanoDet@` and the first 12 hexadecimal digits of the model file's SHA-256. */
  readonly version: string;
  /** Detections, best first; a crop of the plan is searched alone. Rejects for this picture only: HW_IMAGE_*, HW_MODEL_*, HW_LANE_*. */
  apply(image: LazyImage): Promise<Detection[]>;
  prepare(): void;
  figures(): BatchFigures;
  close(): void;
}

const side = 416;

/** The bundled detector, in the lanes. Throws HW_MODEL_LOAD. */
export function detector({ threshold = 0.3, iou = 0.5, lanes: pool = lanes(), ...batching }: DetectorOptions = {}): Detector {
  const { file, hash, labels } = bundledModel('detector');
  const version = `NanoDet@${hash}`;
  const input = { name: 'image', width: side, height: side };
  const batcher = pool.acquire({ name: version, file, input, outputs: ['boxes', 'scores', 'classes'], fit: 'contain' }, batching);
  return {
    name: 'NanoDet',
    version,
    async apply(image) {
      return suppressOverlaps(detectionsOf(await batcher.answer(image), threshold, labels), iou);
    },
    prepare: () => pool.prepare(batcher),
    figures: () => batcher.figures(),
    close: () => pool.release(batcher),
  };
}

/** The rows of the model's three outputs above the threshold; its scores fall from row to row. */
function detectionsOf({ vectors, geometry }: RowAnswer, threshold: number, labels: readonly string[]): Detection[] {
  const [boxes, scores, classes] = vectors as [Float32Array, Float32Array, Float32Array];
  const found: Detection[] = [];
  for (let row = 0; row < scores.length && scores[row]! >= threshold; row++) {
    const box = sourceBox(boxes.subarray(row * 4, row * 4 + 4), geometry);
    if (box.width > 0 && box.height > 0) found.push({ label: labels[classes[row]!]!, score: scores[row]!, box });
  }
  return found;
}

/** Corners as fractions of the letterboxed square, back in pixels of the source and cut at the edges of what was searched. */
function sourceBox(corners: Float32Array, { from, to }: RowGeometry): Box {
  const across = (fraction: number) => from.x + clamp(((fraction * side - to.x) * from.width) / to.width, from.width);
  const down = (fraction: number) => from.y + clamp(((fraction * side - to.y) * from.height) / to.height, from.height);
  const [left, top, right, bottom] = [across(corners[0]!), down(corners[1]!), across(corners[2]!), down(corners[3]!)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value, 0), most);
}
