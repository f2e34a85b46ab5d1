import { error } from '../../errors.js';
import { readHdf5, type Hdf5Group } from './hdf5.js';
import { parseKerasConfig } from './keras-config.js';
import { withWeights, type KerasModel, type KerasWeight } from './keras-model.js';

/** Reads a whole model (`model.save('model.h5')` of Keras 1 to 3) from an HDF5 file: its `model_config` and its weights by layer name. */
export function readKerasH5(file: string): Promise<KerasModel> {
  return readHdf5(file, (root) => {
    const config = root.text('model_config');
    if (config === undefined) throw error('HW_MODEL_FILE', { file, problem: 'it has weights only, no model_config' });
    const generation = root.text('keras_version')?.startsWith('3') === true ? 3 : 2;
    const weights = new Map(listLayerWeights(root.child('model_weights') ?? root).map(({ name, read }) => [name, read()]));
    return withWeights(parseKerasConfig(JSON.parse(config), file, generation), ({ name }, around) =>
      around.length === 0 ? plain(weights.get(name)) : plain(inside(name, weights.get(around[0]!))),
    );
  });
}

/** A layer's entry in a file of weights. */
export interface SavedLayer {
  readonly name: string;
  /** Its weights' names, with their paths. */
  readonly names: readonly string[];
  /** Reads them, while the file is open. */
  readonly read: () => KerasWeight[];
}

/** The weights in the layout of Keras 1 and 2: a group per layer in `layer_names` order, each with its `weight_names`. */
export function listLayerWeights(root: Hdf5Group): SavedLayer[] {
  const layers = root.texts('layer_names');
  if (layers === undefined) throw error('HW_MODEL_FILE', { file: root.file, problem: 'it holds no Keras weights (no layer_names)' });
  return layers.map((name) => {
    const group = root.child(name);
    const names = group?.texts('weight_names') ?? [];
    return { name, names, read: () => names.map((weight) => ({ name: weight, ...group!.floats(weight) })) };
  });
}

/** A nested model's weights lie in one list; the path of each (`base/conv/kernel:0`) names its layer. */
function inside(layer: string, weights: readonly KerasWeight[] = []): readonly KerasWeight[] {
  return weights.filter(({ name }) => name.split('/').slice(0, -1).includes(layer));
}

/** `conv2d/kernel:0` is called `kernel`. */
function plain(weights: readonly KerasWeight[] = []): readonly KerasWeight[] {
  return weights.map((weight) => ({ ...weight, name: weight.name.split('/').at(-1)!.replace(/:\d+$/, '') }));
}
