import { error } from '../../errors.js';
import type { LazyImage } from '../../image/lazy-image.js';
import type { BatchFigures } from '../engines/batch-metrics.js';
import { lanes } from '../engines/lane-pool.js';
import type { RowTransformer } from '../row-transformer.js';
import { bundledModel } from './bundled-model.js';
import type { ModelOptions } from './model-options.js';
import { topClasses, type ClassProbability } from './softmax.js';

/** What a featurizer says of a picture. */
export interface ImageFeatures {
  /** The pooled activations before the classifier, all >= 0. */
  readonly features: Float32Array;
  /** The five most probable classes of the network's own classifier (ImageNet), best first. */
  readonly classes: readonly ClassProbability[];
}

/** A frozen network cut before its classifier. */
export interface Featurizer extends RowTransformer<LazyImage, ImageFeatures> {
  /** `EfficientNetLite0@` and the first 12 hexadecimal digits of the model file's SHA-256. */
  readonly version: string;
  /** Length of the feature vector. */
  readonly dimension: number;
  /** Rejects for this picture only: HW_IMAGE_*, HW_MODEL_*, HW_LANE_*. */
  apply(image: LazyImage): Promise<ImageFeatures>;
  /** Loads the network in every lane ahead of the first picture. */
  prepare(): void;
  figures(): BatchFigures;
  /** Gives its place in the lanes back; what still waits is refused. */
  close(): void;
}

const zoo = { EfficientNetLite0: { folder: 'efficientnet-lite0', size: 224, dimension: 1280 } } as const;

export type FeaturizerName = keyof typeof zoo;

/** A featurizer by name: crops and resizes to 224 x 224 (the plan's own fit), RGB, and runs in the lanes. Throws HW_MODEL_UNKNOWN, HW_MODEL_LOAD. */
export function featurizer(
  name: FeaturizerName = 'EfficientNetLite0',
  { lanes: pool = lanes(), ...batching }: ModelOptions = {},
): Featurizer {
  if (!Object.hasOwn(zoo, name)) throw error('HW_MODEL_UNKNOWN', { model: name, known: Object.keys(zoo).join(', ') });
  const { folder, size, dimension } = zoo[name];
  const { file, hash, labels } = bundledModel(folder);
  const version = `${name}@${hash}`;
  const input = { name: 'image', width: size, height: size };
  const batcher = pool.acquire({ name: version, file, input, outputs: ['features', 'logits'] }, batching);
  return {
    name,
    version,
    dimension,
    async apply(image) {
      const { vectors } = await batcher.answer(image);
      return { features: vectors[0]!, classes: topClasses(vectors[1]!, labels, 5) };
    },
    prepare: () => pool.prepare(batcher),
    figures: () => batcher.figures(),
    close: () => pool.release(batcher),
  };
}
