import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KerasModel } from './keras-model.js';
import { tfjsTopology, weightedLayers, weightNames } from './tfjs-topology.js';

/** Writes a model as TF.js layers: `file` (a `.json`) and `weights.bin` beside it. TF.js, `readKerasModel` and Keras' converter read it. */
export async function writeTfjsLayers(model: KerasModel, file: string): Promise<void> {
  const entries = weightedLayers(model).flatMap(([path, layer]) =>
    weightNames(layer).map((name, n) => ({ name: `${path}/${name}`, weight: layer.weights[n]! })),
  );
  const weights = entries.map(({ name, weight }) => ({ name, shape: weight.shape, dtype: 'float32' }));
  const manifest = [{ paths: ['weights.bin'], weights }];
  await mkdir(dirname(file), { recursive: true });
  const bytes = entries.map(({ weight: { data } }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  await writeFile(join(dirname(file), 'weights.bin'), Buffer.concat(bytes));
  const json = {
    format: 'layers-model',
    generatedBy: 'headwater',
    modelTopology: { model_config: tfjsTopology(model) },
    weightsManifest: manifest,
  };
  await writeFile(file, JSON.stringify(json));
}
