/** Element types that models take and give. */
export const tensorTypes = ['float32', 'float64', 'int64', 'int32', 'int8', 'uint8', 'bool'] as const;
export type TensorType = (typeof tensorTypes)[number];

export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Int8Array | Uint8Array;

/** A tensor as a model takes or gives it, row-major; `bool` is held in bytes. */
export interface ModelTensor {
  readonly type: TensorType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** An input or output as the model declares it; undefined stands for a size that only the data tell. */
export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | undefined)[];
  /** What the file calls it beside its name: the tensor behind a signature's key. */
  readonly alias?: string;
  /** A tensor within the graph: it can be asked for by name, and is no output otherwise. */
  readonly inner?: boolean;
}

/** Which graph of a SavedModel, and which of its signatures. */
export interface SavedSignature {
  readonly tagSet: readonly string[];
  readonly signatureDefKey: string;
}

export type NamedTensors = Readonly<Record<string, ModelTensor>>;

/** A TF.js layers model: Keras 2 JSON, and weights by the path of their layer, in Keras' order. */
export interface LayersSource {
  readonly topology: object;
  readonly weights: Readonly<Record<string, readonly Float32Array[]>>;
}

/** Where a model comes from: a file (or a SavedModel's directory), the bytes of one, or layers. */
export type ModelSource = { readonly file: string; readonly signature?: SavedSignature } | { readonly bytes: Uint8Array } | LayersSource;

export type ToTensorWorker =
  | { readonly type: 'load'; readonly source: ModelSource; readonly device: string }
  | { readonly type: 'run'; readonly feeds: NamedTensors; readonly outputs: readonly string[] };

export type FromTensorWorker =
  | { readonly type: 'loaded'; readonly inputs: readonly TensorInfo[]; readonly outputs: readonly TensorInfo[] }
  | { readonly type: 'done'; readonly results: NamedTensors }
  | { readonly type: 'failed'; readonly reason: string };
