import { isDeepStrictEqual } from 'node:util';
import { valuesOf } from '../dataset/column.js';
import { Dataset } from '../dataset/dataset.js';
import type { Estimator } from '../estimator.js';
import { isPipeline, Pipeline, PipelineModel } from '../pipeline.js';
import type { Fold } from './fold.js';
import type { Stage } from '../stage.js';
import { isTransformer, type Transformer } from '../transformer.js';

/** An estimator on a data set, in two: what all folds share, and what each has to learn. */
export interface SplitEstimator {
  /** The data set after the pipeline's transformers that read nothing learned, such as a featurizer. */
  readonly data: Dataset;
  /** The stages left, in their order. */
  readonly rest: Estimator;
  /** Folds of the data set as folds of what is left of it: stages may leave rows out. */
  readonly foldsOf: (folds: readonly Fold[]) => Promise<readonly Fold[]>;
}

interface Computed extends Pick<SplitEstimator, 'data' | 'foldsOf'> {
  readonly stages: readonly Transformer[];
}

/** What was computed of a data set lives as long as the data set does. */
const computed = new WeakMap<Dataset, Computed[]>();

/** Splits a pipeline; the shared part is computed once a data set, however many folds, points and final fits ask for it. */
export function splitEstimator(estimator: Estimator, dataset: Dataset): SplitEstimator {
  const shared = sharedStages(estimator, dataset);
  if (!isPipeline(estimator) || shared.length === 0) return { data: dataset, rest: estimator, foldsOf: (folds) => Promise.resolve(folds) };
  const rest = new Pipeline(
    estimator.stages.filter((stage) => !shared.includes(stage as Transformer)),
    estimator.uid,
  );
  const known = computed.get(dataset) ?? [];
  computed.set(dataset, known);
  const found = known.find(({ stages }) => sameStages(stages, shared));
  if (found !== undefined) return { ...found, rest };
  const all = new PipelineModel(shared, estimator.uid).transform(withPlaces(dataset)).cache();
  const foldsOf = async (folds: readonly Fold[]) => {
    const [before, places] = [await dataset.count(), await all.column(PLACE)];
    return before === places.length ? folds : foldsAmong(valuesOf(places) as number[], folds);
  };
  const data = all.drop(PLACE).cache();
  known.push({ stages: shared, data, foldsOf });
  return { data, rest, foldsOf };
}

const PLACE = '(place in the data set)';

function withPlaces(dataset: Dataset): Dataset {
  return Dataset.fromBatches([...dataset.columns, PLACE], async function* () {
    let start = 0;
    for await (const { length, columns } of dataset.batches()) {
      const from = start;
      yield { length, columns: { ...columns, [PLACE]: Float64Array.from({ length }, (_, row) => from + row) } };
      start += length;
    }
  });
}

/** `places` are the rows that are left, by their number before. */
function foldsAmong(places: readonly number[], folds: readonly Fold[]): Fold[] {
  const now = new Map(places.map((place, row) => [place, row]));
  const among = (rows: Int32Array): Int32Array =>
    Int32Array.from(
      rows.filter((row) => now.has(row)),
      (row) => now.get(row)!,
    );
  return folds.map(({ train, test }) => ({ train: among(train), test: among(test) }));
}

/** `estimator.fit(dataset)`, sharing what `splitEstimator` shares. */
export async function fitOnShared(estimator: Estimator, dataset: Dataset): Promise<Transformer> {
  const shared = sharedStages(estimator, dataset);
  const { data, rest } = splitEstimator(estimator, dataset);
  const fitted = await rest.fit(data);
  if (!isPipeline(estimator) || !(fitted instanceof PipelineModel) || shared.length === 0) return fitted;
  const learned = fitted.stages.values();
  const stages = estimator.stages.map((stage) => (shared.includes(stage as Transformer) ? (stage as Transformer) : learned.next().value!));
  return new PipelineModel(stages, estimator.uid);
}

/** Whether two lists of stages do the same: copies of the same stages with the same parameters. */
export function sameStages(some: readonly Stage[], others: readonly Stage[]): boolean {
  return some.length === others.length && some.every((stage, at) => sameStage(stage, others[at]!));
}

function sameStage(one: Stage, other: Stage): boolean {
  return one.uid === other.uid && isDeepStrictEqual(one.params, other.params) && sameStages(one.children(), other.children());
}

/** A column of the data set cannot come from an estimator: stages refuse to replace columns. */
function sharedStages(estimator: Estimator, { columns }: Dataset): Transformer[] {
  if (!isPipeline(estimator)) return [];
  const known = new Set(columns);
  return estimator.stages.filter(isTransformer).filter((stage) => {
    const shared = stage.inputCols().every((name) => known.has(name));
    if (shared) stage.outputCols().forEach((name) => known.add(name));
    return shared;
  });
}
