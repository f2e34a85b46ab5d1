import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';

import {
  closeLanes,
  closeModels,
  Dataset,
  DeepImageFeaturizer,
  ImageEvent,
  imageFileLoader,
  imageFiles,
  json,
  KerasImageFileTransformer,
  LogisticRegression,
  Pipeline,
  readImages,
  readKerasModel,
  sql,
  SqlSession,
  StringIndexer,
  TFTransformer,
  topology,
  type Row,
} from '../../../src/index.js';
import { TopologyDriver } from '../../../src/testing/index.js';
import { runReadmeLines } from '../../readme-example.js';
import { readHdf5 } from '../../../src/ml/formats/hdf5.js';

const layers = new URL('../../golden/zoo/layers/', import.meta.url).pathname;
const frames = new URL('../../../topologies/sample/junction/frames/', import.meta.url).pathname;

afterAll(async () => {
  await closeModels();
  await closeLanes();
});

describe('registerKerasImageUDF', () => {
  it.each(['classifier.h5', 'a model in memory'])('gives what Keras gives: %s', async (kind) => {
    const golden = await readHdf5(`${layers}classifier.golden.h5`, (root) => ({
      x: root.floats('x').data,
      y: root.floats('untrained').data,
    }));
    const session = new SqlSession();
    // The picture n is of the grey n; the preprocessor makes the golden's nth input of it.
    const pictures = Array.from({ length: 10 }, (_, n) => ({
      image: { origin: `${n}`, height: 2, width: 2, nChannels: 1, mode: 0, data: new Uint8Array(4).fill(n) },
    }));
    session.registerTable('pictures', Dataset.fromRows([...pictures, { image: null }]));
    const model = kind === 'classifier.h5' ? layers + kind : await readKerasModel(`${layers}classifier.h5`);
    session.registerKerasImageUDF('classifier', model, async (image) => {
      const n = (await image.pixels()).data[0]!;
      return { shape: [1, 8, 8, 3], data: golden.x.slice(n * 192, (n + 1) * 192) };
    });
    const rows = await session.sql('SELECT image.origin, classifier(image) AS p, argmax(classifier(image)) AS best FROM pictures').toRows();
    const width = golden.y.length / 10;
    rows.slice(0, 10).forEach(({ origin, p, best }, n) => {
      const expected = Array.from(golden.y.slice(n * width, (n + 1) * width));
      expect(origin).toBe(String(n));
      Array.from(p as Float32Array).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5));
      expect(best).toBe(expected.indexOf(Math.max(...expected)) + 1);
    });
    expect(rows[10]).toEqual({ origin: null, p: null, best: null });
  });

  it('fits pictures of any size to the one that the model declares, as KerasImageFileTransformer does with a loader of that size', async () => {
    const session = new SqlSession();
    session.registerTable('frames', readImages(`${frames}000*.jpg`));
    session.registerKerasImageUDF('plain', `${layers}classifier.h5`);
    session.registerKerasImageUDF('scaled', `${layers}classifier.h5`, { width: 8, height: 8, scale: 1 / 255 });
    const rows = await session
      .sql('SELECT image.origin AS uri, plain(image) AS a, scaled(image) AS b FROM frames ORDER BY uri LIMIT 3')
      .toRows();
    expect(rows).toHaveLength(3);
    const uris = Dataset.fromRows(rows.map(({ uri }) => ({ uri })));
    for (const [name, scale] of [
      ['a', 1],
      ['b', 1 / 255],
    ] as const) {
      const stage = new KerasImageFileTransformer({
        inputCol: 'uri',
        outputCol: 'p',
        modelFile: `${layers}classifier.h5`,
        imageLoader: imageFileLoader({ width: 8, height: 8, scale }),
      });
      const expected = await stage.transform(uris).toRows();
      rows.forEach((row, at) =>
        Array.from(row[name] as Float32Array).forEach((value, place) => {
          expect(Math.abs(value - (expected[at]!['p'] as Float32Array)[place]!)).toBeLessThan(1e-5);
        }),
      );
    }
  });
});

it('scores the frames of a camera on a stream as pictures of a folder', async () => {
  const session = new SqlSession();
  session.registerKerasImageUDF('classifier', `${layers}classifier.h5`, { width: 8, height: 8, scale: 1 / 255 });
  session.registerTable('frames', readImages(`${frames}000*.jpg`));
  const expected = await session.sql('SELECT classifier(image)[1] AS p FROM frames WHERE image.width = 512').toRows();
  const query = "SELECT capturedAt, classifier(bytes)[1] AS p FROM stream WHERE encoding = 'image/jpeg' AND classifier(bytes)[1] >= 0";
  const scoring = topology('scoring', ({ source, sink }) => {
    sink('scores', json<Row>(), source('camera-frames', ImageEvent).pipe(sql(query, session)));
  });
  const driver = await TopologyDriver.start(scoring);
  const files = (await imageFiles(`${frames}000*.jpg`)).sort();
  const events = await Promise.all(
    files.map(async (file, at) => ({
      key: 'junction',
      timestamp: at,
      value: {
        camera: 'junction',
        capturedAt: at,
        encoding: 'image/jpeg',
        width: 512,
        height: 384,
        bytes: await readFile(file),
        uri: null,
        sha256: null,
        attributes: {},
      },
    })),
  );
  await driver.pipe('camera-frames', ImageEvent, events);
  const scores = await driver.read('scores', json<Row>());
  await driver.close();
  expect(scores.map(({ value }) => value)).toEqual(
    expected.map(({ p }, at) => ({ capturedAt: at, p: expect.closeTo(p as number, 5) as number })),
  );
  expect(expected.length).toBeGreaterThan(5);
});

it('runs the example of README.md as it stands', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-readme-sql-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'photos'));
  for (const name of ['0001.jpg', '0100.jpg']) await symlink(`${frames}${name}`, join(folder, 'photos', name));
  await symlink(`${layers}classifier.h5`, join(folder, 'model.h5'));
  const lines = (await runReadmeLines('Models in SQL', folder)).trim().split('\n');
  expect(lines[1]).toMatch(/^\| +origin\| *p\|$/);
  expect(lines).toHaveLength(6); // two rows in a frame
}, 120_000);

it('asks a TensorFlow graph of several columns, as makeGraphUDF does', async () => {
  const zoo = new URL('../../golden/zoo/tensorflow/', import.meta.url).pathname;
  const rows = (JSON.parse(readFileSync(`${zoo}golden.json`, 'utf8')) as { rows: Row[] }).rows.slice(0, 5);
  const graph = new TFTransformer({
    modelFile: `${zoo}columns/model.json`,
    inputMapping: { f: 'f:0', i: 'i', a: 'a:0', b: 'b' },
    outputMapping: { 'Identity:0': 'max', Identity_1: 'imax', 'Identity_2:0': 'sum' },
  });
  const session = new SqlSession();
  session.registerTable('t', Dataset.fromRows(rows));
  session.registerTransformer('largest', graph, { outputCol: 'max' });
  session.registerTransformer('total', graph);
  const expected = await graph.transform(Dataset.fromRows(rows)).toRows();
  expect(await session.sql('SELECT largest(f, i, a, b) AS m, total(f, i, a, b) AS s FROM t').toRows()).toEqual(
    expected.map(({ max, sum }) => ({ m: max, s: sum })),
  );
  expect(() => session.sql('SELECT total(f) FROM t')).toThrow(/total \(line 1, column 8\) takes 4 arguments, got 1 arguments/);
});

it('scores a folder of pictures with a fitted pipeline, which sees those that WHERE leaves', async () => {
  const session = new SqlSession();
  const pictures = readImages(`${frames}00[0-2]*.jpg`).cache();
  const label = ({ image }: { readonly image?: unknown }) => (/[0-4]\.jpg$/.test((image as { origin: string }).origin) ? 'low' : 'high');
  const pipeline = new Pipeline([
    new StringIndexer({ inputCol: 'label', outputCol: 'index' }),
    new DeepImageFeaturizer({ inputCol: 'image', outputCol: 'features', modelName: 'EfficientNetLite0' }),
    new LogisticRegression({ featuresCol: 'features', labelCol: 'index', regParam: 0.01 }),
  ]);
  const model = await pipeline.fit(pictures.withColumn('label', label));
  const [, featurizer, head] = model.stages;
  session.registerTable('frames', pictures);
  session.registerTransformer('features', featurizer!);
  session.registerTransformer('probability', head!, { outputCol: 'probability' });

  const query = `
    SELECT image.origin, probability(features(image))[1] AS p
    FROM frames
    WHERE image.height > $1 AND image.origin LIKE '%5.jpg' AND probability(features(image))[1] >= 0
    ORDER BY p DESC
    LIMIT 2`;
  const rows = await session.sql(query, [100]).toRows();
  const scored = await model.transform(pictures.withColumn('label', label)).toRows();
  const expected = scored
    .map((row) => ({ origin: (row['image'] as { origin: string }).origin, p: (row['probability'] as Float64Array)[0]! }))
    .filter(({ origin }) => origin.endsWith('5.jpg'))
    .sort((a, b) => b.p - a.p);
  expect(rows).toEqual(expected.slice(0, 2).map(({ origin, p }) => ({ origin, p: expect.closeTo(p, 6) as number })));
});
