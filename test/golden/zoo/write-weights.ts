import { readFile } from 'node:fs/promises';
import { File, ready } from 'h5wasm/node';
import type { NetworkName } from '../../../src/ml/zoo/architectures/architecture.js';
import { weightOf, type Constants } from './formula.js';

const goldens = new URL('networks/', import.meta.url).pathname;

type Layers = [layer: string, weights: [name: string, shape: number[]][]][];

/** A file of weights in the layout of `keras.applications`, with the names and the order that Keras gave and the numbers of the formula. */
export async function writeWeights(name: NetworkName, path: string): Promise<void> {
  const { layers, ...constants } = JSON.parse(await readFile(`${goldens}${name}.json`, 'utf8')) as Constants & { layers: Layers };
  await ready;
  const file = new File(path, 'w');
  file.create_attribute(
    'layer_names',
    layers.map(([layer]) => layer),
  );
  for (const [k, [layer, weights]] of layers.entries()) {
    const group = file.create_group(layer);
    group.create_attribute(
      'weight_names',
      weights.map(([weight]) => weight),
    );
    for (const [j, [weight, shape]] of weights.entries()) {
      const folder = weight.split('/').slice(0, -1).join('/');
      if (j === 0) group.create_group(folder);
      group.create_dataset({ name: weight, data: weightOf(weight, shape, 8 * k + j, constants), shape });
    }
  }
  file.close();
}
