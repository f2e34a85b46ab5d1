import { reasonOf } from '../../errors.js';
import type { Dataset } from '../dataset/dataset.js';
import { classIndices, distinctLabels, rowsByClass, type Label } from '../linear/class-labels.js';
import type { LogisticRegression } from '../linear/logistic-regression.js';
import { trainingRows } from '../linear/training-rows.js';
import { LogisticLoss } from '../solve/logistic-loss.js';
import type { FitQuestion } from './fit-messages.js';

/** Weighted sums over a shard's rows. */
export interface ShardSums {
  readonly weight: number;
  readonly sums: Readonly<Record<string, Float64Array>>;
}

interface Rows {
  readonly x: Float64Array;
  readonly width: number;
  readonly y: Int32Array;
  readonly weights: Float64Array;
}

/** The rows of one shard, as they are: penalties and standardisation are the business of who adds the sums up. */
export class FitShard {
  /** Where `loss` was last evaluated. */
  private at: Float64Array | undefined;
  private weighted: { readonly factors: Float64Array | undefined; readonly rows: Rows; readonly loss: LogisticLoss } | undefined;

  private constructor(
    private readonly rows: Rows | undefined,
    private readonly classes: number,
    private readonly failure: string | undefined,
  ) {}

  /** Rows that cannot be read fail every answer. */
  static async load(estimator: LogisticRegression, labels: readonly Label[], open: () => Dataset | Promise<Dataset>): Promise<FitShard> {
    try {
      const data = await open();
      if ((await data.count()) === 0) return new FitShard(undefined, labels.length, undefined);
      const found = await trainingRows(data, estimator.params);
      const y = classIndices(found.labels, labels);
      const unknown = distinctLabels(found.labels, estimator.params.labelCol).find((label) => !labels.includes(label));
      if (unknown !== undefined) throw new RangeError(`the label ${unknown} is not among those of the fit`);
      const rows = { x: Float64Array.from(found.x), width: found.width, y, weights: found.weights };
      return new FitShard(rows, labels.length, undefined);
    } catch (thrown) {
      return new FitShard(undefined, labels.length, reasonOf(thrown));
    }
  }

  /** Throws where the rows could not be read. An empty shard has no sums. */
  answer(question: FitQuestion): ShardSums {
    if (this.failure !== undefined) throw new Error(this.failure);
    if (this.rows === undefined) return { weight: 0, sums: {} };
    if (question.kind === 'counts') return { weight: this.rows.y.length, sums: { counts: rowsByClass(this.rows.y, this.classes) } };
    const { rows, loss } = this.weightedBy(this.rows, question.factors);
    const weight = rows.weights.reduce((sum, each) => sum + each, 0);
    if (weight === 0) return { weight, sums: {} };
    switch (question.kind) {
      case 'moments':
        return { weight, sums: this.moments(rows) };
      case 'scatter':
        return { weight, sums: { scatter: scatter(rows, question.mean) } };
      case 'evaluate':
        return { weight, sums: this.evaluate(loss, question.point, weight) };
      case 'curvature': {
        if (!isSame(this.at, question.at)) this.evaluate(loss, question.at, weight);
        const product = new Float64Array(loss.size);
        loss.curvature(question.point, product);
        return { weight, sums: { product: product.map((value) => value * weight) } };
      }
    }
  }

  /** The rows with the weights of their classes, and their loss. */
  private weightedBy(rows: Rows, factors: Float64Array | undefined): { readonly rows: Rows; readonly loss: LogisticLoss } {
    const { weighted } = this;
    if (weighted !== undefined && (factors === weighted.factors || (factors && isSame(weighted.factors, factors)))) return weighted;
    const weights = factors === undefined ? rows.weights : rows.weights.map((weight, row) => weight * factors[rows.y[row]!]!);
    const own = { ...rows, weights };
    const loss = new LogisticLoss({ ...own, classes: this.classes, penalty: new Float64Array(rows.width), fitIntercept: true });
    this.at = undefined;
    this.weighted = { factors, rows: own, loss };
    return this.weighted;
  }

  private moments({ x, width, y, weights }: Rows): Record<string, Float64Array> {
    const sum = new Float64Array(width);
    const classes = new Float64Array(this.classes);
    let squares = 0;
    weights.forEach((weight, row) => {
      squares += weight * weight;
      classes[y[row]!]! += weight;
      for (let j = 0; j < width; j++) sum[j]! += weight * x[row * width + j]!;
    });
    return { sum, classes, squares: Float64Array.of(squares) };
  }

  private evaluate(loss: LogisticLoss, point: Float64Array, weight: number): Record<string, Float64Array> {
    const gradient = new Float64Array(loss.size);
    const diagonal = new Float64Array(loss.size);
    const value = loss.evaluate(point, gradient, diagonal);
    this.at = point;
    const stride = loss.size / loss.vectors;
    const bend = Float64Array.from({ length: loss.vectors }, (_, k) => weight * diagonal[k * stride]!);
    return { value: Float64Array.of(weight * value), gradient: gradient.map((each) => each * weight), bend };
  }
}

function scatter({ x, width, weights }: Rows, mean: Float64Array): Float64Array {
  const sums = new Float64Array(width);
  weights.forEach((weight, row) => {
    for (let j = 0; j < width; j++) sums[j]! += weight * (x[row * width + j]! - mean[j]!) ** 2;
  });
  return sums;
}

function isSame(one: Float64Array | undefined, other: Float64Array): boolean {
  return one?.length === other.length && one.every((value, i) => value === other[i]);
}
