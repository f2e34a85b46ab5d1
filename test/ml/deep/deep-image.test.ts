import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  closeLanes,
  CrossValidator,
  Dataset,
  DeepImageFeaturizer,
  DeepImagePredictor,
  LazyImage,
  loadStage,
  LogisticRegression,
  MulticlassClassificationEvaluator,
  Pipeline,
  type DecodedPrediction,
  type DeepImageFeaturizerParams,
  type Row,
} from '../../../src/index.js';
import type { ImageStruct } from '../../../src/image/image-struct.js';
import { readHdf5 } from '../../../src/ml/formats/hdf5.js';
import { pictures } from '../../golden/zoo/formula.js';
import { writeWeights } from '../../golden/zoo/write-weights.js';

const size = 224;
const golden = new URL('../../golden/zoo/networks/MobileNetV2.golden.h5', import.meta.url).pathname;

let directory: string;
let weights: string;
let expected: { features: Float32Array; predictions: Float32Array; featureMap: Float32Array };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'deep-image-'));
  process.env['HEADWATER_CACHE'] = directory;
  weights = join(directory, 'MobileNetV2.h5');
  await writeWeights('MobileNetV2', weights);
  expected = await readHdf5(golden, (root) => ({
    features: root.floats('features').data,
    predictions: root.floats('predictions').data,
    featureMap: root.floats('featureMap').data,
  }));
});

afterAll(async () => {
  await closeLanes();
  delete process.env['HEADWATER_CACHE'];
  await rm(directory, { recursive: true });
});

/** The formula's pictures as Spark's image structs, BGR. */
function structs(): ImageStruct[] {
  const pixels = pictures(size);
  return [0, 1].map((n) => {
    const data = pixels.slice(n * size * size * 3, (n + 1) * size * size * 3);
    for (let at = 0; at < data.length; at += 3) [data[at], data[at + 2]] = [data[at + 2]!, data[at]!];
    return { origin: '', height: size, width: size, nChannels: 3, mode: 16, data };
  });
}

const rows = (images: readonly unknown[]): Dataset => Dataset.fromRows(images.map((image) => ({ image })));

function featurizer(options: Partial<DeepImageFeaturizerParams> = {}): DeepImageFeaturizer {
  return new DeepImageFeaturizer({ inputCol: 'image', outputCol: 'features', modelName: 'MobileNetV2', weights, ...options });
}

async function features(images: readonly unknown[], options: Partial<DeepImageFeaturizerParams> = {}): Promise<(Float32Array | null)[]> {
  return (await featurizer(options).transform(rows(images)).toRows()).map((row) => row['features'] as Float32Array | null);
}

function difference(actual: Float32Array, wanted: Float32Array): number {
  const largest = wanted.reduce((max, value) => Math.max(max, value), 0);
  return actual.reduce((max, value, n) => Math.max(max, Math.abs(value - wanted[n]!)), 0) / largest;
}

describe('DeepImageFeaturizer', { timeout: 60_000 }, () => {
  it('gives the averaged features of Keras for image structs', async () => {
    const [first, second] = await features(structs());
    expect(difference(first!, expected.features.subarray(0, 1280))).toBeLessThan(1e-4);
    expect(difference(second!, expected.features.subarray(1280))).toBeLessThan(1e-4);
  });

  it("gives the flattened feature map with pooling 'none'", async () => {
    const [first] = await features(structs(), { pooling: 'none' });
    expect(first).toHaveLength(7 * 7 * 1280);
    const sampled = first!.filter((_, n) => n % 101 === 0);
    expect(difference(sampled, expected.featureMap.subarray(0, sampled.length))).toBeLessThan(1e-4);
  });

  it('keeps a null, an unread and a broken picture as null, and answers the others', async () => {
    const unread = { origin: 'file:/x.jpg', height: -1, width: -1, nChannels: -1, mode: -1, data: new Uint8Array() };
    const short = { ...structs()[0]!, data: new Uint8Array(10) };
    const answers = await features([null, unread, Buffer.from('no picture'), short, structs()[1]!]);
    expect(answers.slice(0, 4)).toEqual([null, null, null, null]);
    expect(difference(answers[4]!, expected.features.subarray(1280))).toBeLessThan(1e-4);
  });

  it("ends the job at a broken picture with handleInvalid 'error', but not at a null", async () => {
    expect(await features([null], { handleInvalid: 'error' })).toEqual([null]);
    await expect(features([null, Buffer.from('no picture')], { handleInvalid: 'error' })).rejects.toThrow(/HW_IMAGE|picture/);
  });

  it('refuses what is no picture', async () => {
    await expect(features([7])).rejects.toThrow(/column image, row 0: expected a picture, got number/);
  });

  it('takes grey for three equal channels, drops alpha, and reads files as it reads structs', async () => {
    const grey = pictures(size).subarray(0, size * size);
    const colour = Uint8Array.from({ length: size * size * 3 }, (_, at) => grey[Math.floor(at / 3)]!);
    const alpha = Uint8Array.from({ length: size * size * 4 }, (_, at) => (at % 4 === 3 ? at % 251 : grey[Math.floor(at / 4)]!));
    const struct = { origin: '', height: size, width: size };
    const png = await sharp(colour, { raw: { width: size, height: size, channels: 3 } })
      .png()
      .toBuffer();
    const answers = await features([
      { ...struct, nChannels: 1, mode: 0, data: grey },
      { ...struct, nChannels: 3, mode: 16, data: colour },
      { ...struct, nChannels: 4, mode: 24, data: alpha },
      new Uint8Array(png),
      LazyImage.from(png),
    ]);
    for (const answer of answers) expect(difference(answer!, answers[0]!)).toBeLessThan(1e-6);
  });

  it('gives the same on a stream, after saving and loading', async () => {
    await featurizer().save(join(directory, 'stage'));
    const stage = await loadStage(join(directory, 'stage'), DeepImageFeaturizer);
    const row = await stage.apply({ image: structs()[0]! });
    expect(difference(row!['features'] as Float32Array, expected.features.subarray(0, 1280))).toBeLessThan(1e-4);
  });

  it('is searched over networks, each of which answers once for all folds and points', async () => {
    const stage = featurizer({ modelName: 'EfficientNetLite0', weights: undefined! });
    const head = new LogisticRegression();
    const points = [
      [stage.setting('modelName', 'EfficientNetLite0')],
      [stage.setting('modelName', 'MobileNetV2'), stage.setting('weights', weights)],
    ].flatMap((network) => [0.01, 0.1].map((regParam) => [...network, head.setting('regParam', regParam)]));
    const images = Array.from({ length: 12 }, (_, n) => {
      const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, at) => (n % 2 === 0 ? (at % 3) * 90 + n : ((at * 37) % 200) + n));
      return { image: { origin: '', height: 8, width: 8, nChannels: 3, mode: 16, data }, label: n % 2, fold: n % 3 };
    });
    const search = new CrossValidator({
      estimator: new Pipeline([stage, head]),
      estimatorParamMaps: points,
      evaluator: new MulticlassClassificationEvaluator({ metricName: 'logLoss' }),
      foldCol: 'fold',
    });
    const model = await search.fit(Dataset.fromRows(images));
    expect(new Set(model.avgMetrics).size).toBe(4);
    expect(model.avgMetrics.every((loss) => loss < Math.log(2))).toBe(true);
    const [best] = model.bestModel.children();
    expect(best!.params).toMatchObject({ modelName: points[model.bestIndex]![0]!.value });
  });

  it('needs no weights for the bundled network, which has no feature map', async () => {
    const bundled = new DeepImageFeaturizer({ inputCol: 'image', outputCol: 'features', modelName: 'EfficientNetLite0' });
    const [row] = await bundled.transform(rows(structs())).toRows();
    expect(row!['features']).toHaveLength(1280);
    await expect(features(structs(), { modelName: 'EfficientNetLite0', pooling: 'none' })).rejects.toThrow(/without its feature map/);
  });

  it('names the networks that there are', () => {
    expect(() => featurizer({ modelName: 'inceptionv3' as 'InceptionV3' }).validate()).toThrow(
      /modelName must be one of EfficientNetLite0, InceptionV3/,
    );
  });
});

describe('DeepImagePredictor', { timeout: 60_000 }, () => {
  const options = { inputCol: 'image', outputCol: 'predictions', modelName: 'MobileNetV2' } as const;

  it('gives the probabilities of Keras', async () => {
    const [row] = await new DeepImagePredictor({ ...options, weights }).transform(rows(structs())).toRows();
    (row!['predictions'] as Float32Array).forEach((value, n) => expect(Math.abs(value / expected.predictions[n]! - 1)).toBeLessThan(2e-4));
  });

  it('names the classes of Keras in their order, with null for null', async () => {
    const stage = new DeepImagePredictor({ ...options, weights, decodePredictions: true, topK: 3 });
    const [row, none] = (await stage.transform(rows([structs()[0]!, null])).toRows()) as [Row, Row];
    const top = [...expected.predictions.keys()].slice(0, 1000).sort((a, b) => expected.predictions[b]! - expected.predictions[a]!);
    const decoded = row['predictions'] as DecodedPrediction[];
    expect(decoded.map(({ probability }) => probability)).toEqual(
      top.slice(0, 3).map((index) => expect.closeTo(expected.predictions[index]!, 4) as number),
    );
    expect(decoded).toHaveLength(3);
    expect(decoded[0]!.class).toMatch(/^n\d{8}$/);
    expect(none['predictions']).toBeNull();
  });

  it('turns the logits of the bundled network into probabilities', async () => {
    const stage = new DeepImagePredictor({ ...options, modelName: 'EfficientNetLite0' });
    const [row] = await stage.transform(rows(structs())).toRows();
    expect((row!['predictions'] as Float32Array).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  });
});

it('says that there is no file of weights where a path names none', async () => {
  const stage = new DeepImageFeaturizer({ inputCol: 'image', outputCol: 'f', modelName: 'VGG16', weights: '/nowhere/vgg16.h5' });
  const picture = { origin: '', height: 1, width: 1, nChannels: 3, mode: 16, data: Uint8Array.of(1, 2, 3) };
  await expect(stage.transform(Dataset.fromRows([{ image: picture }])).count()).rejects.toThrow(
    'the weights in /nowhere/vgg16.h5 do not fit VGG16: there is no such file',
  );
});
