import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  closeModels,
  Dataset,
  imageFileLoader,
  KerasImageFileEstimator,
  type KerasImageFileModel,
  KerasImageFileTransformer,
  Pipeline,
  PipelineModel,
  type KerasImageFileEstimatorParams,
  type Transformer,
} from '../../../src/index.js';
import { readHdf5 } from '../../../src/ml/formats/hdf5.js';
import { absoluteDifference, expectParity } from '../../parity.js';

const layers = new URL('../../golden/zoo/layers/', import.meta.url).pathname;
const modelFile = `${layers}classifier.keras`;

let directory: string;
let golden: Record<'x' | 'y' | 'untrained' | 'sgd' | 'sgd_loss' | 'adam' | 'adam_loss', Float32Array>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'keras-image-file-'));
  golden = await readHdf5(
    `${layers}classifier.golden.h5`,
    (root) => Object.fromEntries(root.keys().map((key) => [key, root.floats(key).data])) as typeof golden,
  );
});
afterAll(async () => {
  await closeModels();
  await rm(directory, { recursive: true });
});

/** Picture `n` of the golden for the URI `n`. */
const goldenLoader = (uri: string) => ({ shape: [1, 8, 8, 3], data: golden.x.slice(Number(uri) * 192, (Number(uri) + 1) * 192) });

function goldenData(): Dataset {
  return Dataset.fromRows(Array.from({ length: 10 }, (_, n) => ({ uri: String(n), label: Array.from(golden.y.slice(n * 3, n * 3 + 3)) })));
}

function estimator(options: Partial<KerasImageFileEstimatorParams> = {}): KerasImageFileEstimator {
  const common = {
    inputCol: 'uri',
    outputCol: 'prediction',
    modelFile,
    imageLoader: goldenLoader,
    kerasLoss: 'categorical_crossentropy',
  } as const;
  return new KerasImageFileEstimator({ ...common, ...options });
}

async function predictions(stage: Transformer, data: Dataset): Promise<number[]> {
  return (await stage.transform(data).toRows()).flatMap((row) => Array.from(row['prediction'] as Float32Array));
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void {
  expect(actual).toHaveLength(expected.length);
  Array.from(expected).forEach((value, n) => expect(actual[n]).toBeCloseTo(value, digits));
}

describe('KerasImageFileTransformer', () => {
  it.each(['classifier.keras', 'classifier.h5'])('answers as Keras does: %s', async (file) => {
    const stage = new KerasImageFileTransformer({
      inputCol: 'uri',
      outputCol: 'prediction',
      modelFile: layers + file,
      imageLoader: goldenLoader,
    });
    expectParity('KerasImageFileTransformer', absoluteDifference(await predictions(stage, goldenData()), golden.untrained));
  });

  it('is saved and loaded with a loader of files, as a function or its options, and not with a function of ours', async () => {
    const file = join(directory, 'saved.png');
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toFile(file);
    const data = Dataset.fromRows([{ uri: file }]);
    const options = { width: 8, height: 8, scale: 1 / 255 };
    for (const [n, imageLoader] of [imageFileLoader(options), options].entries()) {
      const stage = new KerasImageFileTransformer({ inputCol: 'uri', outputCol: 'prediction', modelFile, imageLoader });
      await stage.save(join(directory, `transformer-${n}`));
      const loaded = await KerasImageFileTransformer.load(join(directory, `transformer-${n}`));
      expect(loaded.explainParams()).toBe(stage.explainParams());
      expect(await predictions(loaded, data)).toEqual(await predictions(stage, data));
    }
    const own = new KerasImageFileTransformer({ inputCol: 'uri', outputCol: 'prediction', modelFile, imageLoader: goldenLoader });
    await expect(own.save(join(directory, 'own'))).rejects.toThrow(expect.objectContaining({ code: 'HW_STAGE_NOT_SAVABLE' }));
  });

  it('gives null where a picture cannot be loaded, and the shape with outputMode image', async () => {
    const imageLoader = imageFileLoader({ width: 8, height: 8, scale: 1 / 255 });
    const file = join(directory, 'red.png');
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .png()
      .toFile(file);
    const stage = new KerasImageFileTransformer({ inputCol: 'uri', outputCol: 'y', modelFile, imageLoader, outputMode: 'image' });
    const rows = await stage.transform(Dataset.fromRows([{ uri: '/nowhere.png' }, { uri: file }, { uri: null }])).toRows();
    expect(rows.map((row) => (row['y'] as { shape: number[] } | null)?.shape)).toEqual([undefined, [3], undefined]);
  });
});

describe('KerasImageFileEstimator', { timeout: 120_000 }, () => {
  it.each([
    ['sgd', { name: 'SGD', learning_rate: 0.1 }],
    ['adam', { name: 'adam', learning_rate: 0.01 }],
  ] as const)('trains to what Keras trains to, with %s', async (name, kerasOptimizer) => {
    const model = await estimator({ kerasOptimizer, kerasFitParams: { epochs: 3, batch_size: 4, shuffle: false } }).fit(goldenData());
    expectClose(model.training.history['loss']!, golden[`${name}_loss`], 4);
    expectClose(await predictions(model, goldenData()), golden[name], 4);
    expect(model.training.leakedTensors).toBe(0);
    expect(model.training.engine).toMatch(/^TF\.js [\d.]+ on (tensorflow|webgpu|cpu)/);
  });

  it('learns colours, and saves the model that it learned, not the one that it started from', async () => {
    const paths = await Promise.all(
      ['red', 'lime', 'blue'].flatMap((background, label) =>
        [7, 8, 9, 10].map(async (size) => {
          const uri = join(directory, `${background}-${size}.png`);
          await sharp({ create: { width: size, height: size, channels: 3, background } })
            .png()
            .toFile(uri);
          return { uri, label };
        }),
      ),
    );
    const data = Dataset.fromRows(paths);
    const imageLoader = imageFileLoader({ width: 8, height: 8, scale: 1 / 255 });
    const stage = estimator({
      imageLoader,
      kerasLoss: 'sparse_categorical_crossentropy',
      kerasOptimizer: { name: 'adam', learning_rate: 0.02 },
      kerasFitParams: { epochs: 25, batch_size: 4, verbose: 1 },
    });
    const model = await stage.fit(data);
    const trained = await predictions(model, data);
    paths.forEach(({ label }, n) => expect(trained[n * 3 + label]).toBeGreaterThan(0.5));

    const saved = join(directory, 'trained', 'model.json');
    await model.saveModel(saved);
    const reopened = new KerasImageFileTransformer({ inputCol: 'uri', outputCol: 'prediction', modelFile: saved, imageLoader });
    expectClose(await predictions(reopened, data), trained, 6);
    const started = await predictions(new KerasImageFileTransformer({ ...reopened.params, modelFile }), data);
    expect(Math.max(...started.map((value, n) => Math.abs(value - trained[n]!)))).toBeGreaterThan(0.2);

    const again = await predictions(await stage.fit(data), data);
    expect(again).toEqual(trained);

    await new Pipeline([stage]).save(join(directory, 'pipeline'));
    const pipeline = await (await Pipeline.load(join(directory, 'pipeline'))).fit(data);
    expect(await predictions(pipeline, data)).toEqual(trained);
    await pipeline.save(join(directory, 'model'));
    const loaded = await PipelineModel.load(join(directory, 'model'));
    expect(await predictions(loaded, data)).toEqual(trained);
    expect((loaded.stages[0] as KerasImageFileModel).training.history).toEqual(model.training.history);
    const row = await loaded.apply({ uri: paths[0]!.uri });
    expect(Array.from(row!['prediction'] as Float32Array)).toEqual(trained.slice(0, 3));
  });

  it('fits one model a parameter map, each with its own parameters, and loads the pictures once', async () => {
    let loaded = 0;
    const imageLoader = (uri: string) => (loaded++, goldenLoader(uri));
    const stage = estimator({ imageLoader, kerasFitParams: { epochs: 1, batch_size: 10 } });
    const maps = [[stage.setting('kerasOptimizer', 'sgd')], [stage.setting('kerasFitParams', { epochs: 2, batch_size: 5 })]];
    const epochs: [number, number][] = [];
    for await (const [index, model] of stage.fitMultiple(goldenData(), maps)) epochs.push([index, model.training.history['loss']!.length]);
    expect(epochs).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(loaded).toBe(10);
  });

  it('leaves out pictures that cannot be loaded, and says when none is left', async () => {
    const imageLoader = (uri: string) => {
      if (uri !== '3') throw new Error('no such picture');
      return goldenLoader(uri);
    };
    const model = await estimator({ imageLoader }).fit(goldenData());
    expect(model.training.history['loss']).toHaveLength(1);
    const none = estimator({ imageLoader: () => Promise.reject(new Error('no such picture')) });
    await expect(none.fit(goldenData())).rejects.toThrow(/none of the 10 pictures of column uri could be loaded/);
  });

  it('refuses unknown losses, optimizers and options, and names the parameter that is missing', () => {
    expect(() => estimator({ kerasLoss: 'crossentropy' }).validate()).toThrow(/kerasLoss must be one of .*categorical_crossentropy/);
    expect(() => estimator({ kerasOptimizer: 'lion' }).validate()).toThrow(/kerasOptimizer must be one of sgd/);
    expect(() => estimator({ kerasFitParams: { epochs: 0 } }).validate()).toThrow(/kerasFitParams must be/);
    expect(() => new KerasImageFileEstimator({ inputCol: 'uri' }).validate()).toThrow(/KerasImageFileEstimator needs the parameter/);
  });

  it('says why labels do not fit', async () => {
    const wrong = goldenData().withColumn('label', () => [1, 0]);
    await expect(estimator().fit(wrong)).rejects.toThrow(/training failed: .*shape/i);
  });
});
