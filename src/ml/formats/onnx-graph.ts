import { ModelProto } from './onnx-schema.js';

/** ONNX element types by the names of ONNX Runtime's JavaScript API. */
const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float64: 11 } as const;
export type OnnxType = keyof typeof elementTypes;

/** A dimension: a number, or a name for one that is only known when the model runs. */
export type OnnxDimension = number | string;

/** Whole numbers become `int`/`ints`; a float is marked as such, because JavaScript has one number type. */
export type OnnxAttribute = string | number | readonly number[] | { readonly float: number };

type TensorData = Float32Array | Float64Array | Uint8Array | Int32Array | BigInt64Array;

/** Opset 17 is the newest with IR version 8: everything since 2022 reads it. */
const opset = 17;
const irVersion = 8;

/**
 * Builds an ONNX model node by node. Every method that adds something returns the name of the value it made, so that calls nest.
 * Nodes are written in the order they were added, which must be topological.
 */
export class OnnxGraph {
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  readonly #names: Set<string>;

  /** `reserved` are the names of the outputs to come, so that no value in between takes them. */
  constructor(
    readonly name: string,
    reserved: readonly string[] = [],
  ) {
    this.#names = new Set(reserved);
  }

  input(name: string, type: OnnxType, dimensions: readonly OnnxDimension[]): string {
    this.#inputs.push(valueInfo(name, type, dimensions));
    this.#names.add(name);
    return name;
  }

  /** Makes `value` the output `name` of the model; the name must have been reserved. */
  output(name: string, value: string, type: OnnxType, dimensions: readonly OnnxDimension[]): void {
    this.#nodes.push({ op_type: 'Identity', name, input: [value], output: [name] });
    this.#outputs.push(valueInfo(name, type, dimensions));
  }

  /** A float32, float64, uint8, int32 or int64 tensor stored in the model, C order. The data is not copied before `encode`. */
  constant(hint: string, shape: readonly number[], data: TensorData): string {
    const name = this.#unique(hint);
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dims: shape, data_type: elementTypes[typeOf(data)], raw_data: bytes });
    return name;
  }

  scalar(hint: string, value: number): string {
    return this.constant(hint, [], Float32Array.of(value));
  }

  integers(hint: string, values: readonly number[]): string {
    return this.constant(hint, [values.length], BigInt64Array.from(values, BigInt));
  }

  /** Adds a node with one output and returns that output's name. An empty input name leaves an optional input out. */
  node(operator: string, hint: string, inputs: readonly string[], attributes: Readonly<Record<string, OnnxAttribute>> = {}): string {
    return this.nodes(operator, hint, inputs, 1, attributes)[0]!;
  }

  /** Adds a node with `count` outputs. */
  nodes(
    operator: string,
    hint: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.#unique(hint));
    const attribute = Object.entries(attributes).map(([name, value]) => ({ name, ...attributeValue(value) }));
    this.#nodes.push({ op_type: operator, name: outputs[0], input: inputs, output: outputs, attribute });
    return outputs;
  }

  /** The model as the bytes of a `.onnx` file; at most 2 GiB, protobuf's limit. */
  encode(): Uint8Array {
    const graph = { name: this.name, node: this.#nodes, initializer: this.#initializers, input: this.#inputs, output: this.#outputs };
    return ModelProto.encode({
      ir_version: irVersion,
      producer_name: 'headwater',
      opset_import: [{ domain: '', version: opset }],
      graph,
    }).finish();
  }

  #unique(hint: string): string {
    let name = hint;
    for (let n = 1; this.#names.has(name); n++) name = `${hint}_${n}`;
    this.#names.add(name);
    return name;
  }
}

function valueInfo(name: string, type: OnnxType, dimensions: readonly OnnxDimension[]): object {
  const dim = dimensions.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: elementTypes[type], shape: { dim } } } };
}

function typeOf(data: TensorData): OnnxType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Uint8Array) return 'uint8';
  return data instanceof Int32Array ? 'int32' : 'int64';
}

/** The numbers are those of `AttributeProto.AttributeType`. */
function attributeValue(value: OnnxAttribute): object {
  if (typeof value === 'string') return { type: 3, s: Buffer.from(value) };
  if (typeof value === 'number') return { type: 2, i: value };
  if ('float' in value) return { type: 1, f: value.float };
  return { type: 7, ints: value };
}
