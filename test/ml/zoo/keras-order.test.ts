import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { buildNetwork, networkNames } from '../../../src/ml/zoo/architectures/architecture.js';
import { kerasOrder } from '../../../src/ml/zoo/keras-order.js';
import { loadNetworkWeights } from '../../../src/ml/zoo/keras-weights.js';
import { architectures } from '../../../src/ml/zoo/zoo.js';

const golden = new URL('../../golden/zoo/', import.meta.url).pathname;
const weightless = ['InputLayer', 'Rescaling', 'Activation', 'ReLU', 'ZeroPadding2D', 'MaxPooling2D', 'AveragePooling2D'];
const merging = ['Add', 'Concatenate', 'Flatten', 'GlobalAveragePooling2D'];

it.each(networkNames)('lists the layers of %s with weights under the names and in the order of Keras', async (name) => {
  const { layers } = JSON.parse(await readFile(`${golden}networks/${name}.json`, 'utf8')) as { layers: [string][] };
  const ordered = kerasOrder(buildNetwork(name, architectures[name], 'predictions'));
  const weighted = ordered.filter(({ className }) => ![...weightless, ...merging].includes(className));
  expect(weighted.map((layer) => layer.name)).toEqual(layers.map(([layer]) => layer));
});

it('refuses the weights of another network', async () => {
  const network = buildNetwork('MobileNetV2', architectures.MobileNetV2, 'features');
  await expect(loadNetworkWeights(network, `${golden}layers/plain.h5`)).rejects.toThrow(
    /do not fit MobileNetV2: it has 3 layers with weights, 104 are needed/,
  );
});
