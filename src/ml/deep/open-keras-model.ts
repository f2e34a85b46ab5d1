import { isError } from '../../errors.js';
import { openOnnxModel, openTfjsModel, type TensorModel } from '../engines/tensor-model.js';
import { readKerasModel } from '../formats/keras-file.js';
import type { KerasModel } from '../formats/keras-model.js';
import { kerasToOnnx } from '../formats/keras-to-onnx/convert.js';
import { layersSource } from '../formats/tfjs-topology.js';
import { fileKey, sharedModel } from './model-cache.js';

/** A Keras model ready to run: as ONNX where every layer can be written so, else in TF.js, with a warning that names the layer. */
export async function openKerasModel(model: KerasModel): Promise<TensorModel> {
  let bytes: Uint8Array;
  try {
    bytes = kerasToOnnx(model);
  } catch (thrown) {
    if (!isError(thrown, 'HW_LAYER_UNSUPPORTED')) throw thrown;
    process.emitWarning(`${thrown.message} ${model.name} runs in TF.js, several times slower.`, { code: thrown.code });
    return openTfjsModel(model.name, layersSource(model));
  }
  return openOnnxModel(model.name, { bytes });
}

/** The Keras model in a file, opened once in a process. */
export function sharedKerasModel(file: string): Promise<TensorModel> {
  return sharedModel(fileKey('keras', file), async () => openKerasModel(await readKerasModel(file)));
}
