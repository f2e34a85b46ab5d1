import { readFile } from 'node:fs/promises';
import protobuf from 'protobufjs';

/** The part of TensorFlow's schema that a frozen graph needs; names and numbers are those of `graph.proto`, `node_def.proto`, `attr_value.proto`, `tensor.proto`. */
const source = `
syntax = "proto3";
package tensorflow;

message Dim { int64 size = 1; string name = 2; }
message TensorShapeProto { repeated Dim dim = 2; bool unknown_rank = 3; }

message TensorProto {
  int32 dtype = 1;
  TensorShapeProto tensor_shape = 2;
  bytes tensor_content = 4;
  repeated float float_val = 5;
  repeated double double_val = 6;
  repeated int32 int_val = 7;
  repeated bytes string_val = 8;
  repeated int64 int64_val = 10;
  repeated bool bool_val = 11;
}

message ListValue {
  repeated bytes s = 2;
  repeated int64 i = 3;
  repeated float f = 4;
  repeated bool b = 5;
  repeated int32 type = 6;
  repeated TensorShapeProto shape = 7;
}

message AttrValue {
  oneof value {
    ListValue list = 1;
    bytes s = 2;
    int64 i = 3;
    float f = 4;
    bool b = 5;
    int32 type = 6;
    TensorShapeProto shape = 7;
    TensorProto tensor = 8;
  }
}

message NodeDef {
  string name = 1;
  string op = 2;
  repeated string input = 3;
  map<string, AttrValue> attr = 5;
}

message VersionDef { int32 producer = 1; int32 min_consumer = 2; }
message GraphDef { repeated NodeDef node = 1; VersionDef versions = 4; }
`;

interface TensorProto {
  readonly dtype?: number;
  readonly tensorShape?: { readonly dim?: readonly { readonly size?: number }[] };
  /** Base64. */
  readonly tensorContent?: string;
  readonly floatVal?: readonly number[];
  readonly doubleVal?: readonly number[];
  readonly intVal?: readonly number[];
  readonly int64Val?: readonly number[];
  readonly boolVal?: readonly boolean[];
}

interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly attr?: Readonly<Record<string, { readonly tensor?: TensorProto }>>;
}

/** A constant of a graph, as TF.js holds weights: 64-bit numbers in 32 bits. */
interface GraphConstant {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** A frozen graph in the words of TF.js: the graph as JSON, its constants beside it. */
interface FrozenGraph {
  readonly graph: { readonly node: readonly NodeDef[]; readonly versions: object };
  readonly constants: readonly GraphConstant[];
}

const GraphDef = protobuf.parse(source).root.lookupType('tensorflow.GraphDef');

/** Reads a frozen `GraphDef` (`.pb`): constants only, no variables. Throws where the file is no graph, or a constant has a type that TF.js has not. */
export async function readGraphDef(file: string): Promise<FrozenGraph> {
  const message = GraphDef.decode(await readFile(file));
  const { node = [], versions = {} } = GraphDef.toObject(message, { longs: Number, bytes: String }) as Partial<FrozenGraph['graph']>;
  const variable = node.find(({ op }) => /^(Variable|VarHandleOp)/.test(op));
  if (variable !== undefined) throw new Error(`it is not frozen: ${variable.name} is a variable`);
  if (node.length === 0) throw new Error('it holds no node');
  const constants = node.flatMap(({ name, op, attr }) => {
    const tensor = attr?.['value']?.tensor;
    // Texts are names and messages of checks, which TF.js does not compute.
    return op === 'Const' && tensor !== undefined && tensor.dtype !== STRING ? [constantOf(name, tensor)] : [];
  });
  return { graph: { node, versions }, constants };
}

const STRING = 7;

/** Of `types.proto`: how the bytes read, and what TF.js has for it. */
const types: Readonly<
  Record<number, { readonly read: (bytes: ArrayBuffer) => ArrayLike<number | bigint>; readonly dtype: GraphConstant['dtype'] }>
> = {
  1: { read: (bytes) => new Float32Array(bytes), dtype: 'float32' },
  2: { read: (bytes) => new Float64Array(bytes), dtype: 'float32' },
  3: { read: (bytes) => new Int32Array(bytes), dtype: 'int32' },
  4: { read: (bytes) => new Uint8Array(bytes), dtype: 'int32' },
  9: { read: (bytes) => new BigInt64Array(bytes), dtype: 'int32' },
  10: { read: (bytes) => new Uint8Array(bytes), dtype: 'bool' },
};

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

function constantOf(name: string, tensor: TensorProto): GraphConstant {
  const type = types[tensor.dtype ?? 0];
  if (type === undefined) throw new Error(`the constant ${name} has TensorFlow's type ${tensor.dtype ?? 0}, which TF.js has not`);
  const shape = (tensor.tensorShape?.dim ?? []).map(({ size = 0 }) => size);
  const size = shape.reduce((product, each) => product * each, 1);
  const { floatVal, doubleVal, intVal, int64Val, boolVal, tensorContent = '' } = tensor;
  const bytes = Buffer.from(tensorContent, 'base64');
  const given = [floatVal, doubleVal, intVal, int64Val, boolVal].find((values) => values !== undefined && values.length > 0);
  const values = given ?? type.read(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const data = new arrays[type.dtype](size);
  // The last value stands for all that are left out.
  for (let at = 0; at < size; at++) data[at] = Number(values[Math.min(at, values.length - 1)] ?? 0);
  return { name, shape, dtype: type.dtype, data };
}
