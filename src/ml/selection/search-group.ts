import { availableParallelism } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { selectRows, type Batch } from '../dataset/batch.js';
import { valuesOf } from '../dataset/column.js';
import { Dataset } from '../dataset/dataset.js';
import { classIndices, distinctLabels, withClassWeight, type Label } from '../linear/class-labels.js';
import { answerColumns } from '../linear/answer-columns.js';
import { trainingRows } from '../linear/training-rows.js';
import type { HeadSearchTask, KeepRunners } from '../search/head-search.js';
import { searchInThread } from '../search/search-thread.js';
import { judge } from './fit-each.js';
import type { Fold } from './fold.js';
import type { FoldScore, GridTask } from './grid-task.js';
import type { HeadGroup } from './head-grid.js';
import type { JudgeMargins, Race } from './race.js';

/** Each objective ends within this share of its optimum. */
const GAP = 1e-6;

interface GroupOptions {
  readonly race?: Race | undefined;
  /** Takes how many of the group's fits have ended; not called for the last. */
  readonly onProgress?: (fits: number) => void;
}

/**
 * Solves all points on all folds as one program in a thread of its own, and judges them; in a `race` those that can no longer win are
 * left out on the way. Undefined where a fold lacks a class, or numbers the labels in another way than its neighbours.
 */
export async function searchGroup(
  group: HeadGroup,
  { folds: planned, evaluators }: Pick<GridTask, 'folds' | 'evaluators'>,
  { race, onProgress }: GroupOptions = {},
): Promise<FoldScore[] | undefined> {
  const { points } = group;
  const { params } = points[0]!.head;
  const folds = await group.foldsOf(planned);
  const prepared = await prepare(group, folds);
  if (prepared === undefined) return undefined;
  const { x, width, labels, weights } = await trainingRows(prepared[0]!, params);
  for (const data of new Set(prepared)) {
    if (!isDeepStrictEqual(valuesOf(await data.column(params.labelCol)), labels)) return undefined;
  }
  const classes = distinctLabels(labels, params.labelCol);
  const y = classIndices(labels, classes);
  if (classes.length < 2 || !folds.every((fold) => hasAll(fold, y, weights, classes.length))) return undefined;
  const judged = await Promise.all(
    folds.map(async ({ test }, f) => selectRows(await prepared[f]!.drop(params.featuresCol).collect(), test)),
  );
  const [evaluator] = Object.values(evaluators);
  const truths = folds.map(({ test }) => Int32Array.from(test, (row) => y[row]!));
  const judgeMargins: JudgeMargins = (f, margins) => evaluator!.evaluate(predict(judged[f]!, margins, classes, params));
  const keep: KeepRunners = async (gap, outcomes) => {
    const runners = Array.from(outcomes, ([p, own]) => ({ index: points[p]!.index, outcomes: own }));
    const { stay, settled } = await race!.round(gap, runners, truths, judgeMargins);
    // Other metrics in the table may need more precision than the one that decides.
    if (settled && Object.keys(evaluators).length === 1) return [];
    return [...outcomes.keys()].filter((p) => stay.includes(points[p]!.index));
  };
  const task: HeadSearchTask = {
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
  };
  const outcomes = await searchInThread(task, {
    ...(race && { keep }),
    onProgress: (fits) => {
      if (fits < points.length * folds.length) onProgress?.(fits);
    },
  });
  const scores: FoldScore[] = [];
  for (const [p, { index }] of points.entries()) {
    const dropped = race?.dropped.get(index);
    const own: FoldScore[] = [];
    for (const [fold, rows] of judged.entries()) {
      if (dropped !== undefined) own.push({ point: index, fold, metrics: unknown(evaluators), dropped });
      else {
        const metrics = await judge(predict(rows, outcomes[p]![fold]!.margins, classes, params), evaluators);
        own.push({ point: index, fold, metrics });
      }
    }
    if (dropped === undefined) race?.finish(own);
    scores.push(...own);
  }
  return scores;
}

/** A dropped point's scores are of a solution that was left early: they must not be ranked with the others'. */
function unknown(evaluators: GridTask['evaluators']): Record<string, number> {
  return Object.fromEntries(Object.keys(evaluators).map((name) => [name, NaN]));
}

/** All rows as each fold's head sees them; undefined where that fails for a fold, or leaves rows out: fitting one by one puts it on record. */
async function prepare({ data, before }: HeadGroup, folds: readonly Fold[]): Promise<Dataset[] | undefined> {
  if (before.stages.length === 0) return folds.map(() => data);
  const prepared: Dataset[] = [];
  const count = await data.count();
  for (const { train } of folds) {
    try {
      const rows = await (await before.fit(data.rowsAt(train))).transform(data).collect();
      if (rows.length !== count) return undefined;
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
  return Dataset.fromColumns({ ...rows.columns, ...answerColumns(margins, rows.length, classes, params) });
}
