import { resolve } from 'node:path';
import { error } from '../../errors.js';
import type { LazyImage } from '../../image/lazy-image.js';
import type { ModelSpec } from '../engines/engine.js';
import { lanes, type LanePool } from '../engines/lane-pool.js';
import type { MicroBatcher } from '../engines/micro-batcher.js';
import { networkNames, type NetworkName, type NetworkOutput } from '../zoo/architectures/architecture.js';
import { bundledModel } from '../zoo/bundled-model.js';
import { networkFile } from '../zoo/network-file.js';
import { architectures } from '../zoo/zoo.js';

/** The networks by name: one is bundled, the others take Keras' weights. */
export const modelNames = ['EfficientNetLite0', ...networkNames] as const;
export type ModelName = (typeof modelNames)[number];

/** VGG takes a second and more a picture on a busy core. */
const deadlineMs = 120_000;

const specs = new Map<string, Promise<ModelSpec>>();
const batchers = new WeakMap<LanePool, Map<string, MicroBatcher>>();

/**
 * A network's answer to pictures, in the lanes of the process; opened once however many stages use it. `weights` is a Keras weights file, else
 * ImageNet's. The bundled network has logits in place of probabilities, and no feature map (HW_PARAM_INVALID).
 */
export async function imageNetwork(
  name: ModelName,
  output: NetworkOutput,
  weights: string | undefined,
): Promise<(image: LazyImage) => Promise<Float32Array>> {
  const key = `${name} ${output} ${weights === undefined ? '' : resolve(weights)}`;
  let spec = specs.get(key);
  if (spec === undefined) {
    specs.set(key, (spec = name === 'EfficientNetLite0' ? Promise.resolve(bundled(output)) : built(name, output, weights)));
    spec.catch(() => specs.delete(key));
  }
  const batcher = batcherOf(await spec);
  return async (image) => (await batcher.answer(image)).vectors[0]!;
}

function bundled(output: NetworkOutput): ModelSpec {
  if (output === 'featureMap') {
    throw error('HW_PARAM_INVALID', {
      stage: 'EfficientNetLite0',
      param: 'pooling',
      expected: 'avg, for it is bundled without its feature map',
      got: 'none',
    });
  }
  const { file, hash } = bundledModel('efficientnet-lite0');
  const tensor = output === 'predictions' ? 'logits' : 'features';
  return { name: `EfficientNetLite0-${tensor}@${hash}`, file, input: { name: 'image', width: 224, height: 224 }, outputs: [tensor] };
}

async function built(name: NetworkName, output: NetworkOutput, weights: string | undefined): Promise<ModelSpec> {
  const { size } = architectures[name];
  const { file, hash } = await networkFile(name, output, { weights });
  const tensor = { predictions: 'predictions', features: 'avg_pool', featureMap: 'flatten' }[output];
  return { name: `${name}-${output}@${hash}`, file, input: { name: 'image', width: size, height: size }, outputs: [tensor] };
}

function batcherOf(spec: ModelSpec): MicroBatcher {
  const pool = lanes();
  const known = batchers.get(pool) ?? new Map<string, MicroBatcher>();
  batchers.set(pool, known);
  const found = known.get(spec.name) ?? pool.acquire(spec, { deadlineMs });
  known.set(spec.name, found);
  return found;
}
