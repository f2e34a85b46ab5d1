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
}

export type NamedTensors = Readonly<Record<string, ModelTensor>>;

/** Where a model comes from: a file, or its bytes. */
export type ModelSource = { readonly file: string } | { readonly bytes: Uint8Array };

export type ToTensorWorker =
  | { readonly type: 'load'; readonly source: ModelSource; readonly device: string }
  | { readonly type: 'run'; readonly feeds: NamedTensors; readonly outputs: readonly string[] };

export type FromTensorWorker =
  | { readonly type: 'loaded'; readonly inputs: readonly TensorInfo[]; readonly outputs: readonly TensorInfo[] }
  | { readonly type: 'done'; readonly results: NamedTensors }
  | { readonly type: 'failed'; readonly reason: string };
