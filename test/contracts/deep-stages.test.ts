import { readFileSync } from 'node:fs';
import { afterAll, describe, it } from 'vitest';

import {
  closeLanes,
  closeModels,
  Dataset,
  DeepImageFeaturizer,
  DeepImagePredictor,
  KerasTransformer,
  OnnxTransformer,
  TextEmbedder,
  TFImageTransformer,
  TFTransformer,
  type Row,
} from '../../src/index.js';
import { checkTransformer } from '../../src/testing/index.js';

const zoo = new URL('../golden/zoo/', import.meta.url).pathname;
const rowsIn = (file: string) => (JSON.parse(readFileSync(`${zoo}${file}`, 'utf8')) as { rows: Row[] }).rows.slice(0, 5);

const pictures = Dataset.fromRows(
  [5, 9, 12].map((side) => ({
    image: {
      origin: `${side}.png`,
      height: side,
      width: side + 1,
      nChannels: 3,
      mode: 16,
      data: Uint8Array.from({ length: side * (side + 1) * 3 }, (_, at) => (at * 37) % 256),
    },
  })),
);
const network = { inputCol: 'image', outputCol: 'out', modelName: 'EfficientNetLite0' } as const;

afterAll(async () => {
  await closeModels();
  await closeLanes();
});

describe('DeepImageFeaturizer', () => checkTransformer({ describe, it }, () => new DeepImageFeaturizer(network), pictures));
describe('DeepImagePredictor', () =>
  checkTransformer({ describe, it }, () => new DeepImagePredictor({ ...network, decodePredictions: true, topK: 2 }), pictures));
describe('TFImageTransformer', () =>
  checkTransformer(
    { describe, it },
    () =>
      new TFImageTransformer({
        inputCol: 'image',
        outputCol: 'out',
        modelFile: `${zoo}tensorflow/picture/model.json`,
        channelOrder: 'RGB',
      }),
    pictures,
  ));
describe('TFTransformer', () =>
  checkTransformer(
    { describe, it },
    () =>
      new TFTransformer({
        modelFile: `${zoo}tensorflow/columns/model.json`,
        inputMapping: { f: 'f:0', i: 'i', a: 'a:0', b: 'b' },
        outputMapping: { 'Identity:0': 'max', Identity_1: 'imax', 'Identity_2:0': 'sum' },
      }),
    Dataset.fromRows(rowsIn('tensorflow/golden.json')),
  ));
describe('OnnxTransformer', () =>
  checkTransformer(
    { describe, it },
    () =>
      new OnnxTransformer({
        modelFile: `${zoo}onnx/ranks.onnx`,
        inputMapping: { number: 'number', vector: 'vector', matrix: 'matrix', block: 'block', ids: 'ids', flags: 'flags' },
        outputMapping: { largest: 'max', product: 'products', sums: 'sum' },
      }),
    Dataset.fromRows(rowsIn('onnx/golden.json')),
  ));
describe('KerasTransformer', () =>
  checkTransformer(
    { describe, it },
    () => new KerasTransformer({ inputCol: 'x', outputCol: 'out', modelFile: `${zoo}layers/plain.keras` }),
    Dataset.fromRows([{ x: [1, 2, 3, 4] }, { x: [0, -1, 0.5, 2] }]),
  ));
describe('TextEmbedder', () =>
  checkTransformer(
    { describe, it },
    () => new TextEmbedder({ inputCol: 'text', outputCol: 'out', modelFile: `${zoo}text/model.onnx` }),
    Dataset.fromRows([{ text: 'a red car' }, { text: 'a' }]),
  ));
