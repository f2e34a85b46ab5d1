import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { error, reasonOf } from '../../errors.js';
import { readHdf5, type Hdf5Group } from './hdf5.js';
import { parseKerasConfig } from './keras-config.js';
import type { KerasLayer, KerasModel, KerasWeight, Untrained } from './keras-model.js';

/** Reads a `.keras` archive (Keras 3 and late Keras 2): `config.json` and `model.weights.h5`. */
export async function readKerasArchive(file: string): Promise<KerasModel> {
  const entries = unzip(await readFile(file), file);
  const config = entries['config.json'];
  const weights = entries['model.weights.h5'];
  if (config === undefined || weights === undefined) {
    throw error('HW_MODEL_FILE', { file, problem: 'the archive holds no config.json with a model.weights.h5' });
  }
  const model = parseKerasConfig(JSON.parse(Buffer.from(config).toString()), file, 3);
  return withHdf5Of(weights, (root) => trained(model, root));
}

function unzip(archive: Uint8Array, file: string): Record<string, Uint8Array> {
  try {
    return unzipSync(archive, { filter: ({ name }) => name === 'config.json' || name === 'model.weights.h5' });
  } catch (cause) {
    throw error('HW_MODEL_FILE', { file, problem: `it is no zip archive (${reasonOf(cause)})` }, cause);
  }
}

/** HDF5 reads files, so the archive's member is laid into a temporary one. */
async function withHdf5Of<T>(bytes: Uint8Array, read: (root: Hdf5Group) => T): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'headwater-keras-'));
  try {
    const path = join(directory, 'model.weights.h5');
    await writeFile(path, bytes);
    return await readHdf5(path, read);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Layers are filed by class in the order of the model, `layers/conv2d`, `layers/conv2d_1`, ...; their own names are only noted. */
function trained(model: Untrained, group: Hdf5Group): KerasModel {
  const seen = new Map<string, number>();
  const layers = model.layers.map(({ model: inner, ...layer }): KerasLayer => {
    const kind = snakeCase(layer.className === 'Model' ? 'Functional' : layer.className);
    const count = seen.get(kind) ?? 0;
    seen.set(kind, count + 1);
    const own = group.child(`layers/${kind}${count === 0 ? '' : `_${count}`}`);
    if (inner !== undefined && own !== undefined) return { ...layer, weights: [], model: trained(inner, own) };
    return { ...layer, weights: variables(own) };
  });
  return { ...model, layers };
}

/** `vars/0`, `vars/1`, ... of a layer; a recurrent layer keeps them in its cell. */
function variables(layer: Hdf5Group | undefined): KerasWeight[] {
  const vars = layer?.child('vars');
  const own = (vars?.keys() ?? []).map(Number).sort((a, b) => a - b);
  if (own.length > 0) return own.map((n) => ({ name: String(n), ...vars!.floats(String(n)) }));
  const cell = layer?.child('cell');
  return cell === undefined ? [] : variables(cell);
}

/** Keras' own rule for file names: `BatchNormalization` is `batch_normalization`, `Conv2DTranspose` is `conv2d_transpose`. */
function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
