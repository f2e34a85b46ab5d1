import { error } from '../../errors.js';
import type { KerasTensor, Untrained, UntrainedLayer } from './keras-model.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a model configuration as Keras writes it: `Sequential` or `Functional` (`Model` in older files), in the words of Keras 1, 2 and 3
 * and of TF.js. Throws HW_MODEL_FILE for a subclassed model, whose configuration does not tell its graph.
 */
export function parseKerasConfig(json: unknown, file: string, generation: 2 | 3): Untrained {
  const model = record(json);
  const className = model['class_name'];
  if (className === 'Sequential') return sequential(model['config'], file, generation);
  if (className === 'Functional' || className === 'Model') return functional(record(model['config']), file, generation);
  throw error('HW_MODEL_FILE', {
    file,
    problem: `its class is ${String(className)}, and only Sequential and Functional models tell their graph`,
  });
}

function functional(config: Json, file: string, generation: 2 | 3): Untrained {
  const layers = list(config['layers']).map((entry): UntrainedLayer => {
    const layer = record(entry);
    const calls = list(layer['inbound_nodes']).map(tensorsOf);
    const isInput = layer['class_name'] === 'InputLayer';
    return parseLayer(layer, layer['name'], isInput ? [[]] : calls, file, generation);
  });
  return {
    name: text(config['name']),
    layers,
    inputs: tensorsOf(config['input_layers']),
    outputs: tensorsOf(config['output_layers']),
    generation,
  };
}

/** A chain: each layer is called once with the one before. The input layer is made from the first layer's shape where the file has none. */
function sequential(config: unknown, file: string, generation: 2 | 3): Untrained {
  const entries = (Array.isArray(config) ? config : list(record(config)['layers'])).map(record);
  const first = record(entries[0]?.['config']);
  const own = Array.isArray(config) ? {} : record(config);
  const layers: UntrainedLayer[] = [];
  if (entries[0]?.['class_name'] !== 'InputLayer') {
    const shape = first['batch_input_shape'] ?? first['batch_shape'] ?? own['build_input_shape'];
    if (shape === undefined) throw error('HW_MODEL_FILE', { file, problem: 'its Sequential model was never built: no input shape' });
    const dtype = entries[0]?.['class_name'] === 'Embedding' ? 'int32' : 'float32';
    layers.push({ className: 'InputLayer', name: 'input', config: { batch_shape: shape, dtype }, calls: [[]] });
  }
  for (const entry of entries) {
    const name = record(entry['config'])['name'] ?? entry['name'];
    const before = layers.at(-1);
    layers.push(parseLayer(entry, name, [before === undefined ? [] : [firstOf(before)]], file, generation));
  }
  const name = typeof own['name'] === 'string' ? own['name'] : 'sequential';
  return { name, layers, inputs: [firstOf(layers[0]!)], outputs: [firstOf(layers.at(-1)!)], generation };
}

function parseLayer(layer: Json, name: unknown, calls: readonly KerasTensor[][], file: string, generation: 2 | 3): UntrainedLayer {
  const className = text(layer['class_name']);
  const parsed = { className, name: text(name), config: Array.isArray(layer['config']) ? {} : record(layer['config']), calls };
  const isModel = ['Sequential', 'Functional', 'Model'].includes(className);
  return isModel ? { ...parsed, model: parseKerasConfig(layer, file, generation) } : parsed;
}

function firstOf(layer: UntrainedLayer): KerasTensor {
  return { layer: layer.name, call: 0, output: 0 };
}

/**
 * The tensors named anywhere inside, in order: `["conv", 0, 0]` with or without keyword arguments behind it (Keras 1, 2 and TF.js),
 * `{class_name: "__keras_tensor__", config: {keras_history}}` (Keras 3), in lists or dictionaries of any depth.
 */
function tensorsOf(value: unknown): KerasTensor[] {
  if (Array.isArray(value)) {
    const [layer, call, output] = value as unknown[];
    if (typeof layer === 'string' && typeof call === 'number' && typeof output === 'number') return [{ layer, call, output }];
    return value.flatMap(tensorsOf);
  }
  if (typeof value !== 'object' || value === null) return [];
  const { class_name: className, config } = value as Json;
  if (className === '__keras_tensor__') return tensorsOf(record(config)['keras_history']);
  return Object.values(value).flatMap(tensorsOf);
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
