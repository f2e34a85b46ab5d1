import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import {
  closeLanes,
  CrossValidator,
  Dataset,
  DeepImageFeaturizer,
  DeepImagePredictor,
  HalvingGridSearch,
  IndexToString,
  json,
  LogisticRegression,
  MulticlassClassificationEvaluator,
  ParamGridBuilder,
  Pipeline,
  StringIndexer,
  Tokenizer,
  topology,
  transform,
  VectorAssembler,
  VectorColumn,
  type Row,
  type Transformer,
  type VectorAssemblerParams,
} from '../../src/index.js';
import { TopologyDriver } from '../../src/testing/index.js';
import { expectParity } from '../parity.js';
import { logisticTable } from './logistic-table.js';

type Mode = VectorAssemblerParams['handleInvalid'];
type Answers = 'error' | [row: number, value: unknown][];

/** What make_invalid.py wrote. */
const golden = JSON.parse(readFileSync(new URL('../golden/ml/invalid.json', import.meta.url), 'utf8')) as {
  stringIndexer: { learn: unknown[]; use: unknown[]; handleInvalid: Mode; labels: string[]; rows: Answers }[];
  vectorAssembler: { rows: [unknown, unknown][]; handleInvalid: Mode; answers: Answers }[];
  indexToString: Answers;
  tokenizer: { texts: string[]; words: string[][] };
};
afterAll(closeLanes);

const number = (value: unknown): unknown => (value === 'NaN' ? NaN : Array.isArray(value) ? value.map(number) : value);
const table = (rows: readonly Row[]) => Dataset.fromRows(rows.map((row, at) => ({ row: at, ...row })));

/** The rows that stay and what they get, or `error`: on a data set, and row by row as on a stream. */
async function answers(stage: Transformer, data: Dataset): Promise<Answers[]> {
  const plain = (rows: readonly Row[]): Answers =>
    rows.map(({ row, o }) => [row as number, ArrayBuffer.isView(o) ? [...(o as Float64Array)] : o]);
  const whole = stage
    .transform(data)
    .toRows()
    .then(plain, (): Answers => 'error');
  const single = (async () => {
    const alone: (Row | undefined)[] = [];
    for (const row of await data.toRows()) alone.push(await stage.apply(row));
    return plain(alone.filter((row) => row !== undefined));
  })().catch((): Answers => 'error');
  return Promise.all([whole, single]);
}

describe('does with what is invalid as Spark does', () => {
  it.each(golden.stringIndexer)(
    'StringIndexer, $handleInvalid, on $use after $learn',
    async ({ learn, use, handleInvalid, labels, rows }) => {
      const column = (values: readonly unknown[]) => table(values.map((x) => ({ x: number(x) })));
      const model = await new StringIndexer({ inputCol: 'x', outputCol: 'o', handleInvalid }).fit(column(learn));
      const found = await answers(model, column(use));
      expect([model.labels, ...found]).toEqual([labels, rows, rows]);
      expectParity('handleInvalid: stages that differ', 0);
    },
  );

  it.each(golden.vectorAssembler)('VectorAssembler, $handleInvalid, on $rows', async ({ rows, handleInvalid, answers: expected }) => {
    const data = table(rows.map(([a, v]) => ({ a: number(a), v: number(v) })));
    const stage = new VectorAssembler({ inputCols: ['a', 'v'], outputCol: 'o', handleInvalid, vectorSizes: { v: 2 } });
    const wanted = expected === 'error' ? expected : expected.map(([row, value]) => [row, number(value)]);
    expect(await answers(stage, data)).toEqual([wanted, wanted]);
    expectParity('handleInvalid: stages that differ', 0);
  });

  it('Tokenizer', async () => {
    const { texts, words } = golden.tokenizer;
    const stage = new Tokenizer({ inputCol: 'x', outputCol: 'o' });
    expect(await stage.transform(table(texts.map((x) => ({ x })))).column('o')).toEqual(words);
    expectParity('Tokenizer: texts whose words differ', 0);
  });

  it('IndexToString', async () => {
    const stage = new IndexToString({ inputCol: 'x', outputCol: 'o', labels: ['a', 'b'] });
    expect(await answers(stage, table([{ x: 0 }, { x: 5 }]))).toEqual([golden.indexToString, golden.indexToString]);
  });
});

it('leaves out pictures that cannot be read where it is told to, and nulls with them', async () => {
  const picture = { origin: '', height: 4, width: 5, nChannels: 3, mode: 16, data: new Uint8Array(60).fill(90) };
  const data = table([null, Buffer.from('no picture'), picture, { ...picture, data: new Uint8Array(7) }].map((image) => ({ image })));
  const io = { inputCol: 'image', outputCol: 'o', modelName: 'EfficientNetLite0', handleInvalid: 'skip' } as const;
  for (const stage of [new DeepImageFeaturizer(io), new DeepImagePredictor({ ...io, decodePredictions: true })]) {
    const [whole, single] = await answers(stage, data);
    expect((whole as unknown[][]).map(([row]) => row)).toEqual([2]);
    expect(single).toEqual(whole);
    expect(await stage.transform(data.limit(2)).count()).toBe(0);
  }
  const batch = await new DeepImageFeaturizer(io).transform(data).collect();
  expect(batch.columns['o']).toBeInstanceOf(VectorColumn);
}, 60_000);

it('leaves rows out in a pipeline, where stages after the gap see none of them', async () => {
  const rows = ['a', null, 'b', 'c', 'a'].map((x, at) => ({ x, n: at === 2 ? NaN : at }));
  const stages = [
    new StringIndexer({ inputCol: 'x', outputCol: 'i', handleInvalid: 'skip' }),
    new VectorAssembler({ inputCols: ['i', 'n'], outputCol: 'o', handleInvalid: 'skip' }),
    new IndexToString({ inputCol: 'i', outputCol: 'again', labels: ['a', 'b', 'c'] }),
  ];
  const model = await new Pipeline(stages).fit(table(rows));
  const expected: Answers = [0, 3, 4].map((row) => [row, [row === 3 ? 2 : 0, row]]);
  expect(await answers(model, table(rows))).toEqual([expected, expected]);
  expect((await model.transform(table(rows)).toRows()).map(({ again }) => again)).toEqual(['a', 'c', 'a']);
  // All rows of a batch may go.
  expect(await model.transform(table(rows.slice(1, 3))).count()).toBe(0);
});

describe('a search over a pipeline that leaves rows out', () => {
  const rows = 240;
  const { x, y } = logisticTable(rows, 4, 3, 1);
  const hurt = (row: number) => row % 9 === 4;
  const whole = Dataset.fromRows(
    Array.from({ length: rows }, (_, row) => ({
      n: hurt(row) ? NaN : x[4 * row]!,
      v: Array.from(x.subarray(4 * row + 1, 4 * row + 4)),
      label: `kind ${y[row]!}`,
      fold: row % 4,
    })),
  );
  const assembler = new VectorAssembler({ inputCols: ['n', 'v'], outputCol: 'features', handleInvalid: 'skip' });
  const index = new StringIndexer({ inputCol: 'label', outputCol: 'index', handleInvalid: 'skip' });
  const head = new LogisticRegression({ labelCol: 'index', regParam: 0.1 });
  const evaluator = new MulticlassClassificationEvaluator({ metricName: 'logLoss', labelCol: 'index' });
  const grid = new ParamGridBuilder().addGrid(head, 'regParam', [0.01, 0.1, 1]).build();
  const parts = { estimator: new Pipeline([index, assembler, head]), estimatorParamMaps: grid, evaluator, foldCol: 'fold', numFolds: 4 };

  it('scores the rows of each fold that are left, as on a data set without the others', async () => {
    const clean = whole.filter(({ n }) => !Number.isNaN(n));
    for (const collectSubModels of [false, true]) {
      const [left, wanted] = [
        await new CrossValidator({ ...parts, collectSubModels }).search(whole),
        await new CrossValidator({ ...parts, collectSubModels }).search(clean),
      ];
      expect(left.points).toEqual(wanted.points);
    }
  });

  it('halves on them too', async () => {
    const model = await new HalvingGridSearch({ ...parts, numFolds: 2, foldCol: undefined!, stratifyCol: 'label' }).fit(whole);
    expect(model.avgMetrics.filter((value) => Number.isFinite(value)).length).toBeGreaterThan(0);
    expect(await model.transform(whole).count()).toBe(rows - Array.from({ length: rows }, (_, row) => row).filter(hurt).length);
  });
});

it('gives no record on a stream for a row that is left out, and counts it', async () => {
  const stage = await new StringIndexer({ inputCol: 'x', outputCol: 'i', handleInvalid: 'skip' }).fit(
    Dataset.fromRows([{ x: 'a' }, { x: 'b' }]),
  );
  const rowFormat = json<Row>();
  const indexed = topology('indexed', ({ source, sink }) => sink('out', rowFormat, source('in', rowFormat).pipe(transform(stage))));
  const driver = await TopologyDriver.start(indexed);
  try {
    await driver.pipe(
      'in',
      rowFormat,
      ['a', 'z', 'b', null].map((x) => ({ key: 'k', value: { x } })),
    );
    expect((await driver.read('out', rowFormat)).map(({ value }) => value)).toEqual([
      { x: 'a', i: 0 },
      { x: 'b', i: 1 },
    ]);
    expect(driver.app.metrics.skipped.get(stage.name)).toBe(2);
    expect(driver.app.metrics.deadLettered).toBe(0);
  } finally {
    await driver.close();
  }
});
