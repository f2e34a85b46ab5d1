import { reasonOf } from '../../errors.js';
import type { Dataset } from '../dataset/dataset.js';
import { classIndices, distinctLabels, type Label } from '../linear/class-labels.js';
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

  private constructor(
    private readonly rows: Rows | undefined,
    private readonly classes: number,
    private readonly loss: LogisticLoss | undefined,
    private readonly failure: string | undefined,
  ) {}

  /** Rows that cannot be read fail every answer. */
  static async load(estimator: LogisticRegression, labels: readonly Label[], open: () => Dataset | Promise<Dataset>): Promise<FitShard> {
    try {
      const data = await open();
      if ((await data.count()) === 0) return new FitShard(undefined, labels.length, undefined, undefined);
      const found = await trainingRows(data, estimator.params);
      const y = classIndices(found.labels, labels);
      const unknown = distinctLabels(found.labels, estimator.params.labelCol).find((label) => !labels.includes(label));
      if (unknown !== undefined) throw new RangeError(`the label ${unknown} is not among those of the fit`);
      const rows = { x: Float64Array.from(found.x), width: found.width, y, weights: found.weights };
      const loss = new LogisticLoss({ ...rows, classes: labels.length, penalty: new Float64Array(found.width), fitIntercept: true });
      return new FitShard(rows, labels.length, loss, undefined);
    } catch (thrown) {
      return new FitShard(undefined, labels.length, undefined, reasonOf(thrown));
    }
  }

  /** Throws where the rows could not be read. An empty shard has no sums. */
  answer(question: FitQuestion): ShardSums {
    if (this.failure !== undefined) throw new Error(this.failure);
    if (this.rows === undefined || this.loss === undefined) return { weight: 0, sums: {} };
    const weight = this.rows.weights.reduce((sum, each) => sum + each, 0);
    if (weight === 0) return { weight, sums: {} };
    switch (question.kind) {
      case 'moments':
        return { weight, sums: this.moments(this.rows) };
      case 'scatter':
        return { weight, sums: { scatter: scatter(this.rows, question.mean) } };
      case 'evaluate':
        return { weight, sums: this.evaluate(this.loss, question.point, weight) };
      case 'curvature': {
        if (!isSame(this.at, question.at)) this.evaluate(this.loss, question.at, weight);
        const product = new Float64Array(this.loss.size);
        this.loss.curvature(question.point, product);
        return { weight, sums: { product: product.map((value) => value * weight) } };
      }
    }
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
