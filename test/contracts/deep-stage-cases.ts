import { readFileSync } from 'node:fs';
import {
  Dataset,
  DeepImageFeaturizer,
  DeepImagePredictor,
  KerasImageFileEstimator,
  KerasImageFileModel,
  KerasImageFileTransformer,
  KerasTransformer,
  OnnxTransformer,
  TextEmbedder,
  TFImageTransformer,
  TFTransformer,
  type Row,
} from '../../src/index.js';
import { samplePaths, type StageCase } from './stage-cases.js';

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
const files = Dataset.fromRows(samplePaths(6).map((uri, n) => ({ uri, label: [0, 1, 2].map((k) => Number(k === n % 3)) })));
const keras = {
  inputCol: 'uri',
  outputCol: 'out',
  modelFile: `${zoo}layers/classifier.keras`,
  imageLoader: { width: 8, height: 8, scale: 1 / 255 },
} as const;

/** Stages over networks. */
export const deepStageCases: readonly StageCase[] = [
  { make: () => new DeepImageFeaturizer(network), data: pictures },
  { make: () => new DeepImagePredictor({ ...network, decodePredictions: true, topK: 2 }), data: pictures },
  {
    make: () =>
      new TFImageTransformer({
        inputCol: 'image',
        outputCol: 'out',
        modelFile: `${zoo}tensorflow/picture/model.json`,
        channelOrder: 'RGB',
      }),
    data: pictures,
  },
  {
    make: () =>
      new TFTransformer({
        modelFile: `${zoo}tensorflow/columns/model.json`,
        inputMapping: { f: 'f:0', i: 'i', a: 'a:0', b: 'b' },
        outputMapping: { 'Identity:0': 'max', Identity_1: 'imax', 'Identity_2:0': 'sum' },
      }),
    data: Dataset.fromRows(rowsIn('tensorflow/golden.json')),
  },
  {
    make: () =>
      new OnnxTransformer({
        modelFile: `${zoo}onnx/ranks.onnx`,
        inputMapping: { number: 'number', vector: 'vector', matrix: 'matrix', block: 'block', ids: 'ids', flags: 'flags' },
        outputMapping: { largest: 'max', product: 'products', sums: 'sum' },
      }),
    data: Dataset.fromRows(rowsIn('onnx/golden.json')),
  },
  {
    make: () => new KerasTransformer({ inputCol: 'x', outputCol: 'out', modelFile: `${zoo}layers/plain.keras` }),
    data: Dataset.fromRows([{ x: [1, 2, 3, 4] }, { x: [0, -1, 0.5, 2] }]),
  },
  { make: () => new KerasImageFileTransformer(keras), data: files },
  {
    make: () => new KerasImageFileEstimator({ ...keras, kerasLoss: 'categorical_crossentropy', kerasFitParams: { epochs: 2 } }),
    data: files,
    fits: KerasImageFileModel,
  },
  {
    make: () => new TextEmbedder({ inputCol: 'text', outputCol: 'out', modelFile: `${zoo}text/model.onnx` }),
    data: Dataset.fromRows([{ text: 'a red car' }, { text: 'a' }]),
  },
];
