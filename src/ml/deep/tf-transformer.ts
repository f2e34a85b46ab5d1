import { basename } from 'node:path';
import { openTfjsModel, type TensorModel } from '../engines/tensor-model.js';
import { checks, type Declarations } from '../params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { fileKey, sharedModel } from './model-cache.js';
import { TensorTransformer, tensorTransformerParams, type TensorTransformerParams } from './tensor-transformer.js';

/** Which part of a SavedModel. */
export interface SavedModelParams {
  tagSet: readonly string[];
  signatureDefKey: string;
}

export type TFTransformerParams = TensorTransformerParams & SavedModelParams;

export const savedModelParams: Declarations<SavedModelParams> = {
  tagSet: { doc: "tags of a SavedModel's graph", check: checks.strings, default: ['serve'] },
  signatureDefKey: { doc: 'signature of a SavedModel', check: checks.string, default: 'serving_default' },
};

export const graphFileDoc = "model.json of a TF.js graph model, a frozen GraphDef (.pb), or a SavedModel's directory";

const spec: StageSpec<TFTransformerParams> = {
  type: 'TFTransformer',
  params: { ...tensorTransformerParams, modelFile: { ...tensorTransformerParams.modelFile, doc: graphFileDoc }, ...savedModelParams },
};

/**
 * Columns through a TensorFlow graph, as sparkdl's `TFTransformer`: `inputMapping` (column to tensor) and `outputMapping` (tensor to column), with or
 * without `:0`. `modelFile` is a TF.js graph model (`model.json`), a frozen `GraphDef` (`.pb`, any of whose tensors can be asked for), or a SavedModel's
 * directory where tfjs-node is installed, whose tensors go by the keys of the signature or by their own names. TF.js computes 64-bit numbers in 32
 * bits. Throws HW_MODEL_LOAD, HW_TENSOR_* where model and columns do not fit.
 */
export class TFTransformer extends TensorTransformer<TFTransformerParams> {
  constructor(options: Partial<TFTransformerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  protected override openModel(): Promise<TensorModel> {
    return sharedGraph(this.params.modelFile, this.params);
  }
}

/** The graph in a file, opened once in a process. */
export function sharedGraph(file: string, { tagSet, signatureDefKey }: SavedModelParams): Promise<TensorModel> {
  const key = `${fileKey('tfjs', file)} ${tagSet.join()} ${signatureDefKey}`;
  return sharedModel(key, () => openTfjsModel(basename(file), { file, signature: { tagSet, signatureDefKey } }));
}

registerStage(spec.type, ({ options, uid }) => new TFTransformer(options, uid));
