import { readKerasH5 } from './keras-h5.js';
import { readKerasArchive } from './keras-v3.js';
import type { KerasModel } from './keras-model.js';
import { readTfjsLayers } from './tfjs-layers.js';
import { error } from '../../errors.js';

/** Reads a model from `.h5`/`.hdf5` (Keras), `.keras` (Keras 3) or `.json` (TF.js layers); throws HW_MODEL_FILE when it is none of them. */
export function readKerasModel(file: string): Promise<KerasModel> {
  if (/\.(h5|hdf5)$/i.test(file)) return readKerasH5(file);
  if (/\.keras$/i.test(file)) return readKerasArchive(file);
  if (/\.json$/i.test(file)) return readTfjsLayers(file);
  throw error('HW_MODEL_FILE', { file, problem: 'its name ends in none of .h5, .hdf5, .keras and .json' });
}
