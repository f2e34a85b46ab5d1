import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { selectRows, type Batch, type Columns } from '../dataset/batch.js';
import { columnOf, valuesOf, VectorColumn } from '../dataset/column.js';
import { Dataset } from '../dataset/dataset.js';
import { classIndices, distinctLabels, withClassWeight, type Label } from '../linear/class-labels.js';
import { likeliest } from '../linear/logistic-regression-model.js';
import { trainingRows } from '../linear/training-rows.js';
import { searchInThread } from '../search/search-thread.js';
import { probabilitiesOf } from '../solve/probabilities.js';
import { judge } from './fit-each.js';
import type { Fold } from './fold.js';
import type { FoldScore, GridTask } from './grid-task.js';
import type { HeadGroup } from './head-grid.js';

/** Each objective ends within this share of its optimum. */
const GAP = 1e-6;

/**
 * Solves all points on all folds as one program in a thread of its own, and judges them. Undefined where a fold lacks a class, or numbers
 * the labels in another way than its neighbours.
 */
export async function searchGroup(group: HeadGroup, { folds, evaluators }: GridTask): Promise<FoldScore[] | undefined> {
  const { points } = group;
  const { params } = points[0]!.head;
  const prepared = await prepare(group, folds);
  if (prepared === undefined) return undefined;
  const { x, width, labels, weights } = await trainingRows(prepared[0]!, params);
  for (const data of new Set(prepared)) {
    if (!isDeepStrictEqual(valuesOf(await data.column(params.labelCol)), labels)) return undefined;
  }
  const classes = distinctLabels(labels, params.labelCol);
  const y = classIndices(labels, classes);
  if (classes.length < 2 || !folds.every((fold) => hasAll(fold, y, weights, classes.length))) return undefined;
  const outcomes = await searchInThread({
    x: x instanceof Float32Array ? x : Float32Array.from(x),
    width,
    y,
    classes: classes.length,
    weights: withClassWeight(weights, y, classes, params.classWeight),
    folds,
    points: points.map(({ head }) => ({
      regParam: head.params.regParam,
      elasticNetParam: head.params.elasticNetParam,
      standardization: head.params.standardization,
    })),
    gap: GAP,
    threads: availableParallelism(),
  });
  const scores: FoldScore[] = [];
  for (const [f, { test }] of folds.entries()) {
    const judged = selectRows(await prepared[f]!.drop(params.featuresCol).collect(), test);
    for (const [p, { index }] of points.entries()) {
      const predictions = predict(judged, outcomes[p]![f]!.margins, classes, params);
      scores.push({ point: index, fold: f, metrics: await judge(predictions, evaluators) });
    }
  }
  return scores;
}

/** All rows as each fold's head sees them; undefined where that fails for a fold, which fitting one by one puts on record. */
async function prepare({ data, before }: HeadGroup, folds: readonly Fold[]): Promise<Dataset[] | undefined> {
  if (before.stages.length === 0) return folds.map(() => data);
  const prepared: Dataset[] = [];
  for (const { train } of folds) {
    try {
      const rows = await (await before.fit(data.rowsAt(train))).transform(data).collect();
      prepared.push(Dataset.fromColumns(rows.columns));
    } catch {
      return undefined;
    }
  }
  return prepared;
}

function hasAll({ train }: Fold, y: Int32Array, weights: Float64Array, classes: number): boolean {
  return new Set(train.filter((row) => weights[row]! > 0).map((row) => y[row]!)).size === classes;
}

/** The rows with what a fitted model would add. */
function predict(
  rows: Batch,
  margins: Float32Array,
  classes: readonly Label[],
  params: HeadGroup['points'][number]['head']['params'],
): Dataset {
  const k = classes.length;
  const vectors = margins.length / rows.length;
  const raw = new Float64Array(rows.length * k);
  const probability = new Float64Array(rows.length * k);
  const predictions = Array.from({ length: rows.length }, (_, row) => {
    const own = Float64Array.from(margins.subarray(row * vectors, (row + 1) * vectors));
    const shares = probabilitiesOf(own);
    raw.set(vectors === 1 ? [-own[0]!, own[0]!] : own, row * k);
    probability.set(shares, row * k);
    return classes[likeliest(shares)];
  });
  const added: Columns = {
    [params.rawPredictionCol]: new VectorColumn(raw, k, classes),
    [params.probabilityCol]: new VectorColumn(probability, k, classes),
    [params.predictionCol]: columnOf(predictions),
  };
  return Dataset.fromColumns({ ...rows.columns, ...added });
}
