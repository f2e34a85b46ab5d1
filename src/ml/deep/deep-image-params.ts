import { checks, oneOf, type Declarations } from '../params.js';
import { sharedParams, type HandleInvalid } from '../shared-params.js';
import { pictureHandleInvalid } from './answer-images.js';
import { modelNames, type ModelName } from './image-network.js';

export interface DeepImageParams {
  inputCol: string;
  outputCol: string;
  modelName: ModelName;
  /** A Keras weights file (HDF5); ImageNet's otherwise. */
  weights?: string;
  handleInvalid: HandleInvalid;
}

export const deepImageParams: Declarations<DeepImageParams> = {
  inputCol: { ...sharedParams.inputCol, doc: 'column of pictures: image structs, lazy images or bytes of files' },
  outputCol: sharedParams.outputCol,
  modelName: { doc: 'network of the zoo', check: oneOf(...modelNames) },
  weights: { doc: "path of a Keras weights file; ImageNet's are fetched when unset", check: checks.string, optional: true },
  handleInvalid: pictureHandleInvalid,
};
