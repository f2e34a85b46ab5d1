import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs';
import { readGraphDef } from '../formats/tf-graph-def.js';
import type { LayersSource, ModelSource, ModelTensor, NamedTensors, SavedSignature, TensorInfo, TensorType } from './tensor-protocol.js';
import { makeLayersModel } from './tfjs-layers.js';
import type { Tfjs } from './tfjs.js';

/** An input or output; sizes that only the data tell are negative. */
type End = tfjs.ModelTensorInfo & Pick<TensorInfo, 'alias' | 'inner'>;

/** The part of TF.js' GraphModel, and of tfjs-node's SavedModel, that is used here. */
interface Runnable {
  readonly inputs: readonly End[];
  readonly outputs: readonly End[];
  run(feeds: tfjs.NamedTensorMap, outputs: readonly string[]): Promise<tfjs.Tensor[]>;
  dispose(): void;
}

/** A model in TF.js: a graph model's `model.json`, a frozen graph (`.pb`), the directory of a SavedModel where tfjs-node is there, or layers. */
export class TfjsModel {
  private constructor(
    private readonly tf: Tfjs,
    private readonly model: Runnable,
  ) {}

  static async load(tf: Tfjs, source: ModelSource): Promise<TfjsModel> {
    if ('topology' in source) return new TfjsModel(tf, await loadLayers(tf, source));
    if ('bytes' in source) throw new TypeError('TensorFlow graphs are read from files');
    const isSavedModel = existsSync(join(source.file, 'saved_model.pb'));
    return new TfjsModel(tf, await (isSavedModel ? loadSavedModel(tf, source.file, source.signature) : loadGraphModel(tf, source.file)));
  }

  get inputs(): TensorInfo[] {
    return this.model.inputs.map(infoOf);
  }

  get outputs(): TensorInfo[] {
    return this.model.outputs.map(infoOf);
  }

  /** Gives back every tensor that it makes. What WebAssembly cannot compute is computed in JavaScript. */
  async run(feeds: NamedTensors, outputs: readonly string[]): Promise<NamedTensors> {
    const { tf } = this;
    const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, this.tensor(tensor)]));
    let results: tfjs.Tensor[] = [];
    try {
      results = await this.model.run(inputs, outputs);
      const answers = await Promise.all(results.map(answerOf));
      return Object.fromEntries(answers.map((answer, n) => [outputs[n]!, answer]));
    } catch (thrown) {
      if (tf.getBackend() !== 'wasm' || !String(thrown).includes("not registered for the backend 'wasm'")) throw thrown;
      await tf.setBackend('cpu');
      return await this.run(feeds, outputs);
    } finally {
      tf.dispose([...Object.values(inputs), ...results]);
    }
  }

  dispose(): void {
    this.model.dispose();
  }

  private tensor({ type, shape, data }: ModelTensor): tfjs.Tensor {
    return this.tf.tensor(data as Float32Array, [...shape], type === 'bool' || type === 'int32' ? type : 'float32');
  }
}

async function loadGraphModel(tf: Tfjs, file: string): Promise<Runnable> {
  const isFrozen = file.endsWith('.pb');
  const artifacts = await (isFrozen ? readFrozen(file) : readArtifacts(file));
  const model = await tf.loadGraphModel({ load: () => Promise.resolve(artifacts) });
  const outputs = isFrozen ? frozenEnds(artifacts, model.outputs) : model.outputs;
  return {
    inputs: model.inputs,
    outputs,
    run: async (feeds, outputs) => {
      const results = await execute(model, feeds, [...outputs]);
      return Array.isArray(results) ? results : [results];
    },
    dispose: () => model.dispose(),
  };
}

/** Control flow needs the slower way, which complains where there is none. */
function execute(
  model: tfjs.GraphModel,
  feeds: tfjs.NamedTensorMap,
  outputs: string[],
): tfjs.Tensor | tfjs.Tensor[] | Promise<tfjs.Tensor | tfjs.Tensor[]> {
  try {
    return model.execute(feeds, outputs);
  } catch (thrown) {
    if (!String(thrown).includes('executeAsync')) throw thrown;
    return model.executeAsync(feeds, outputs);
  }
}

async function readFrozen(file: string): Promise<tfjs.io.ModelArtifacts> {
  const { graph, constants } = await readGraphDef(file);
  const bytes = Buffer.concat(constants.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
  return {
    modelTopology: graph,
    weightSpecs: constants.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  };
}

/** A frozen graph's outputs are the nodes that no other reads; each other node that computes something can be asked for too. */
function frozenEnds({ modelTopology }: tfjs.io.ModelArtifacts, leaves: readonly tfjs.ModelTensorInfo[]): End[] {
  const { node } = modelTopology as { node: readonly { readonly name: string; readonly op: string }[] };
  const opOf = new Map(node.map(({ name, op }) => [name, op]));
  const outputs = leaves.filter(({ name }) => !idle.has(opOf.get(name) ?? ''));
  const known = new Set(outputs.map(({ name }) => name));
  const inner = node.filter(({ name, op }) => !known.has(name) && !idle.has(op));
  return [...outputs, ...inner.map(({ name }) => ({ name, dtype: 'float32', inner: true }) as const)];
}

const idle = new Set(['NoOp', 'Assert', 'Const', 'Placeholder']);

async function readArtifacts(file: string): Promise<tfjs.io.ModelArtifacts> {
  const { modelTopology, weightsManifest, ...rest } = JSON.parse(await readFile(file, 'utf8')) as tfjs.io.ModelJSON;
  const shards = await Promise.all(weightsManifest.flatMap(({ paths }) => paths).map((path) => readFile(join(dirname(file), path))));
  const bytes = Buffer.concat(shards);
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return { ...rest, modelTopology, weightSpecs: weightsManifest.flatMap(({ weights }) => weights), weightData };
}

/** Inputs and outputs are called by the names of their layers. */
async function loadLayers(tf: Tfjs, source: LayersSource): Promise<Runnable> {
  const model = await makeLayersModel(tf, source);
  const infosOf = (names: string[], tensors: readonly tfjs.SymbolicTensor[]): tfjs.ModelTensorInfo[] =>
    tensors.map(({ dtype, shape }, n) => ({ name: names[n]!, dtype, shape: shape.map((size) => size ?? -1) }));
  return {
    inputs: infosOf(model.inputNames, model.inputs),
    outputs: infosOf(model.outputNames, model.outputs),
    run: (feeds, outputs) => {
      const results = [model.predict(model.inputNames.map((name) => feeds[name]!))].flat();
      const wanted = outputs.map((name) => results[model.outputNames.indexOf(name)]!);
      tf.dispose(results.filter((result) => !wanted.includes(result)));
      return Promise.resolve(wanted);
    },
    dispose: () => void model.dispose(),
  };
}

type Ends = Readonly<Record<string, { readonly name?: string; readonly dtype: tfjs.DataType; readonly shape: readonly unknown[] }>>;

/** The part of tfjs-node that reads SavedModels. */
interface SavedModels {
  getMetaGraphsFromSavedModel(
    path: string,
  ): Promise<
    {
      readonly tags: readonly string[];
      readonly signatureDefs: Readonly<Record<string, { readonly inputs: Ends; readonly outputs: Ends }>>;
    }[]
  >;
  loadSavedModel(
    path: string,
    tags: readonly string[],
    signature: string,
  ): Promise<{ predict(feeds: tfjs.NamedTensorMap): tfjs.NamedTensorMap; dispose(): void }>;
}

const served: SavedSignature = { tagSet: ['serve'], signatureDefKey: 'serving_default' };

/** Inputs and outputs are called by the keys of the signature, or by the tensors behind them. */
async function loadSavedModel(tf: Tfjs, directory: string, { tagSet, signatureDefKey: key } = served): Promise<Runnable> {
  const { node } = tf as Tfjs & { node?: SavedModels };
  if (node === undefined) {
    throw new Error('a SavedModel needs @tensorflow/tfjs-node or tfjs-node-gpu; install one of them, or convert it to a graph model');
  }
  const graphs = await node.getMetaGraphsFromSavedModel(directory);
  const graph = graphs.find(({ tags }) => tags.length === tagSet.length && tagSet.every((tag) => tags.includes(tag)));
  if (graph === undefined) {
    const known = graphs.map(({ tags }) => `[${tags.join(', ')}]`).join(', ');
    throw new Error(`the SavedModel has no graph with the tags [${tagSet.join(', ')}], only ${known || 'none'}`);
  }
  const signature = graph.signatureDefs[key];
  if (signature === undefined)
    throw new Error(`the SavedModel has no signature ${key}, only ${Object.keys(graph.signatureDefs).join(', ')}`);
  const model = await node.loadSavedModel(directory, tagSet, key);
  return {
    inputs: savedEnds(signature.inputs),
    outputs: savedEnds(signature.outputs),
    run: (feeds, outputs) => {
      const results = model.predict(feeds);
      tf.dispose(Object.entries(results).flatMap(([name, result]) => (outputs.includes(name) ? [] : [result])));
      return Promise.resolve(outputs.map((name) => results[name]!));
    },
    dispose: () => model.dispose(),
  };
}

/** tfjs-node gives the sizes as protobuf objects under minified names: only their number can be read. */
function savedEnds(ends: Ends): End[] {
  return Object.entries(ends).map(([key, { name, dtype, shape }]) => ({
    name: key,
    dtype,
    shape: shape.map(() => -1),
    ...(name !== undefined && { alias: name }),
  }));
}

function infoOf({ name, dtype, shape, alias, inner }: End): TensorInfo {
  const sizes = (shape ?? []).map((size) => (size >= 0 ? size : undefined));
  return { name, type: typeOf(dtype), shape: sizes, ...(alias !== undefined && { alias }), ...(inner && { inner }) };
}

/** Types come as TF.js' own or as TensorFlow's (`DT_FLOAT`). TF.js computes 64-bit numbers in 32 bits. */
function typeOf(dtype: string): string {
  const known: Record<string, TensorType> = {
    DT_FLOAT: 'float32',
    DT_DOUBLE: 'float32',
    DT_INT32: 'int32',
    DT_INT64: 'int32',
    DT_BOOL: 'bool',
    DT_UINT8: 'int32',
  };
  return known[dtype] ?? dtype;
}

async function answerOf(tensor: tfjs.Tensor): Promise<ModelTensor> {
  const data = (await tensor.data()).slice();
  return { type: tensor.dtype as TensorType, shape: tensor.shape, data };
}
