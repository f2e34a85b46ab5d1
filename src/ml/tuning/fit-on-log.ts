import { error } from '../../errors.js';
import type { Log } from '../../log/log.js';
import { classFactors, type ClassWeight, type Label } from '../linear/class-labels.js';
import type { LogisticRegression } from '../linear/logistic-regression.js';
import { LogisticRegressionModel } from '../linear/logistic-regression-model.js';
import { scaledPenalties } from '../solve/elastic-net.js';
import { everyVector, unscale } from '../solve/fit-logistic.js';
import { newtonCg, type SolverReply } from '../solve/newton-cg.js';
import { orthantNewton } from '../solve/orthant-newton.js';
import type { ColumnMoments } from '../solve/standardise.js';
import { fitTopics } from './fit-messages.js';
import { ShardRounds } from './shard-rounds.js';
import { StandardPoint } from './standard-point.js';

export interface FitOnLogOptions {
  readonly estimator: LogisticRegression;
  /** All labels, in one order everywhere; each has a row in some shard. */
  readonly labels: readonly Label[];
  readonly shards: number;
  readonly signal?: AbortSignal;
}

/**
 * Fits a logistic regression on rows that no process has all of: every loss, gradient and Hessian product is asked of all shards through
 * the log and added up in the order of the shards, so the fit is the same whoever worked on it, and the optimum is that of all rows in one
 * place. A round waits until every shard has an owner. `fit` names it; no two fits may share a name. Throws HW_FIT_SHARD, HW_PARAM_INVALID.
 */
export async function fitOnLog(log: Log, fit: string, options: FitOnLogOptions): Promise<LogisticRegressionModel> {
  const { estimator, labels, shards, signal } = options;
  estimator.validate();
  const { regParam, elasticNetParam, tol, maxIter, fitIntercept, classWeight } = estimator.params;
  refuse(!fitIntercept, 'fitIntercept', 'true in a fit over shards', 'false');
  await log.createTopics(fitTopics(shards));
  const rounds = await ShardRounds.open(log, fit, shards, signal);
  try {
    const factors = await factorsOf(rounds, labels, classWeight);
    const { moments, shares, total } = await momentsOf(rounds, factors);
    labels.forEach((label, k) => refuse(!(shares[k]! > 0), 'labels', 'labels that rows have', `${label}, which none has`));
    const vectors = labels.length === 2 ? 1 : labels.length;
    const width = moments.mean.length;
    const space = new StandardPoint(moments, vectors);
    const { l1, l2 } = scaledPenalties(estimator.params, moments.deviation);
    const begin = new Float64Array(space.size);
    for (let k = 0; k < vectors; k++)
      begin[k * (width + 1) + width] = vectors === 1 ? Math.log(shares[1]! / shares[0]!) : Math.log(shares[k]!);
    const solverOptions = { tolerance: tol, maxIterations: maxIter };
    const lasso = regParam * elasticNetParam > 0;
    const solving = lasso ? orthantNewton(begin, everyVector(l1, vectors, true), solverOptions) : newtonCg(begin, solverOptions);
    let reply: SolverReply = { value: 0, vector: begin };
    let at: Float64Array = begin;
    for (;;) {
      const next = solving.next(reply);
      if (next.done) {
        const { coefficients, intercepts } = unscale(next.value.point, vectors, moments.mean, moments.deviation, true);
        const { featuresCol, predictionCol, probabilityCol, rawPredictionCol } = estimator.params;
        const columns = { featuresCol, predictionCol, probabilityCol, rawPredictionCol };
        return new LogisticRegressionModel(columns, { coefficients, intercepts, labels, width }, estimator.uid);
      }
      const { kind, point } = next.value;
      if (kind === 'evaluate') {
        at = space.raw(point);
        const { value, gradient, bend } = await rounds.ask({ kind, point: at, ...factors });
        const vector = space.gradient(gradient!.map((each) => each / total));
        const penalty = addPenalty(l2, point, vector);
        const diagonal = space.diagonal(
          bend!.map((each) => each / total),
          l2,
        );
        reply = { value: value![0]! / total + penalty / 2, vector, diagonal };
      } else {
        const { product } = await rounds.ask({ kind, at, point: space.raw(point), ...factors });
        const vector = space.gradient(product!.map((each) => each / total));
        addPenalty(l2, point, vector);
        reply = { value: 0, vector };
      }
    }
  } finally {
    await rounds.close();
  }
}

/** Adds the penalty's gradient at `point` to `vector` and returns the penalty, twice its half. */
function addPenalty(l2: Float64Array, point: Float64Array, vector: Float64Array): number {
  let total = 0;
  for (let start = 0; start < point.length; start += l2.length + 1) {
    l2.forEach((each, j) => {
      const w = point[start + j]!;
      vector[start + j]! += each * w;
      total += each * w * w;
    });
  }
  return total;
}

/** How much the classes count, once all shards have said how many rows they have of each. */
async function factorsOf(
  rounds: ShardRounds,
  labels: readonly Label[],
  classWeight: ClassWeight | undefined,
): Promise<{ readonly factors?: Float64Array }> {
  if (classWeight === undefined) return {};
  const { counts } = await rounds.ask({ kind: 'counts' });
  if (counts === undefined) throw error('HW_NO_ROWS', { column: 'of any shard' });
  return { factors: classFactors(counts, labels, classWeight) };
}

async function momentsOf(
  rounds: ShardRounds,
  factors: { readonly factors?: Float64Array },
): Promise<{ moments: ColumnMoments; shares: Float64Array; total: number }> {
  const { sum, classes, squares } = await rounds.ask({ kind: 'moments', ...factors });
  if (sum === undefined) throw error('HW_NO_ROWS', { column: 'of any shard' });
  const total = classes!.reduce((all, weight) => all + weight, 0);
  const mean = sum.map((each) => each / total);
  const { scatter } = await rounds.ask({ kind: 'scatter', mean, ...factors });
  // Spark's unbiased variance for weights, as in columnMoments.
  const freedom = total - squares![0]! / total;
  const deviation = scatter!.map((each, j) => {
    const variance = freedom > 0 ? each / freedom : 0;
    return variance > (4 * Number.EPSILON * Math.abs(mean[j]!)) ** 2 ? Math.sqrt(variance) : 0;
  });
  return { moments: { mean, deviation }, shares: classes!.map((weight) => weight / total), total };
}

function refuse(wrong: boolean, param: string, expected: string, got: string): void {
  if (wrong) throw error('HW_PARAM_INVALID', { stage: 'fitOnLog', param, expected, got });
}
