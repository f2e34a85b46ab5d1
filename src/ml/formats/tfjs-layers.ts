import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { error, reasonOf } from '../../errors.js';
import { parseKerasConfig } from './keras-config.js';
import { withWeights, type KerasModel, type KerasWeight } from './keras-model.js';

interface ManifestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale?: number; readonly min?: number };
}

interface ModelJson {
  readonly format?: string;
  readonly modelTopology?: { readonly model_config?: unknown };
  readonly weightsManifest?: readonly { readonly paths: readonly string[]; readonly weights: readonly ManifestWeight[] }[];
}

/** Reads a TF.js layers model: `model.json` and the weight files beside it. Quantized weights (uint8, uint16) are widened to float32. */
export async function readTfjsLayers(file: string): Promise<KerasModel> {
  const json = await parse(file);
  if (json.modelTopology === undefined || json.format === 'graph-model') {
    throw error('HW_MODEL_FILE', { file, problem: 'it is no tfjs layers model' });
  }
  const weights: KerasWeight[] = [];
  for (const { paths, weights: entries } of json.weightsManifest ?? []) {
    const shards = await Promise.all(paths.map((path) => readFile(join(dirname(file), path))));
    const bytes = Buffer.concat(shards);
    let at = 0;
    for (const entry of entries) {
      const read = floats(entry, bytes, at, file);
      weights.push({ name: entry.name, shape: entry.shape, data: read.data });
      at = read.end;
    }
  }
  const model = parseKerasConfig(json.modelTopology.model_config ?? json.modelTopology, file, 2);
  return withWeights(model, ({ name }) => ofLayer(name, weights));
}

async function parse(file: string): Promise<ModelJson> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ModelJson;
  } catch (cause) {
    throw error('HW_MODEL_FILE', { file, problem: reasonOf(cause) }, cause);
  }
}

/** `conv2d/kernel` and `base/conv2d/kernel:0` belong to the layer `conv2d`. */
function ofLayer(layer: string, weights: readonly KerasWeight[]): KerasWeight[] {
  const own = weights.filter(({ name }) => name.split('/').slice(0, -1).includes(layer));
  return own.map((weight) => ({ ...weight, name: weight.name.split('/').at(-1)! }));
}

function floats(entry: ManifestWeight, bytes: Buffer, at: number, file: string): { data: Float32Array; end: number } {
  const count = entry.shape.reduce((product, size) => product * size, 1);
  const stored = entry.quantization?.dtype ?? entry.dtype;
  const { scale = 1, min = 0 } = entry.quantization ?? {};
  const width = { float32: 4, int32: 4, uint16: 2, uint8: 1 }[stored];
  if (width === undefined) throw error('HW_MODEL_FILE', { file, problem: `weight ${entry.name} is stored as ${stored}` });
  const data = new Float32Array(count);
  for (let n = 0; n < count; n++) data[n] = number(bytes, stored, at + n * width) * scale + min;
  return { data, end: at + count * width };
}

function number(bytes: Buffer, type: string, at: number): number {
  if (type === 'float32') return bytes.readFloatLE(at);
  if (type === 'int32') return bytes.readInt32LE(at);
  return type === 'uint16' ? bytes.readUInt16LE(at) : bytes.readUInt8(at);
}
