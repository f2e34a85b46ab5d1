import type { SmoothObjective } from './solve.js';
import { addRows, addScaled, BLOCK, dot, rowDots } from './vector-math.js';

export interface LogisticProblem {
  /** Features, n x d, row-major. */
  readonly x: Float64Array;
  readonly width: number;
  /** Class of each row, 0 to classes - 1. */
  readonly y: Int32Array;
  readonly classes: number;
  /** Row weights; only their ratios matter. */
  readonly weights: Float64Array;
  /** L2 penalty a feature: the objective has `penalty[j] / 2 * w[j]^2` for every class. The intercept has none. */
  readonly penalty: Float64Array;
  readonly fitIntercept: boolean;
}

/**
 * Weighted mean log loss plus the L2 penalty, as Spark ML's LogisticRegression has it. Two classes have one coefficient vector (sigmoid),
 * more have one each (softmax). The point `w` is, vector after vector, d coefficients and, with an intercept, one more number.
 */
export class LogisticLoss implements SmoothObjective {
  readonly size: number;
  /** Coefficient vectors: 1 for two classes. */
  readonly vectors: number;
  private readonly stride: number;
  private readonly share: Float64Array;
  /** Class probabilities at the last point, n x vectors. */
  private readonly probability: Float64Array;

  constructor(private readonly problem: LogisticProblem) {
    this.vectors = problem.classes === 2 ? 1 : problem.classes;
    this.stride = problem.width + (problem.fitIntercept ? 1 : 0);
    this.size = this.vectors * this.stride;
    const total = problem.weights.reduce((sum, weight) => sum + weight, 0);
    this.share = problem.weights.map((weight) => weight / total);
    this.probability = new Float64Array(problem.y.length * this.vectors);
  }

  evaluate(w: Float64Array, gradient: Float64Array, diagonal: Float64Array): number {
    const { y } = this.problem;
    const { vectors, share, probability } = this;
    gradient.fill(0);
    let loss = 0;
    this.eachBlock(w, gradient, (row, margin) => {
      if (share[row] === 0) {
        margin.fill(0);
        return;
      }
      loss +=
        share[row]! * (vectors === 1 ? sigmoid(margin, y[row]!, probability, row) : softmax(margin, y[row]!, probability, row * vectors));
      const hit = vectors === 1 ? 0 : y[row]!;
      const target = vectors === 1 ? y[row]! : 1;
      for (let k = 0; k < vectors; k++) margin[k] = share[row]! * (probability[row * vectors + k]! - (k === hit ? target : 0));
    });
    this.fillDiagonal(diagonal);
    return loss + this.addPenalty(w, gradient) / 2;
  }

  curvature(v: Float64Array, product: Float64Array): void {
    const { vectors, share, probability } = this;
    product.fill(0);
    this.eachBlock(v, product, (row, change) => {
      const p = row * vectors;
      let mean = 0;
      for (let k = 0; k < vectors; k++) mean += probability[p + k]! * change[k]!;
      for (let k = 0; k < vectors; k++) change[k] = share[row]! * probability[p + k]! * (change[k]! - mean);
    });
    this.addPenalty(v, product);
  }

  /** Columns are about standardised, so that each has the curvature of the intercept. */
  private fillDiagonal(diagonal: Float64Array): void {
    const { penalty } = this.problem;
    for (let k = 0; k < this.vectors; k++) {
      let own = 0;
      for (let row = 0; row < this.share.length; row++) {
        const p = this.probability[row * this.vectors + k]!;
        own += this.share[row]! * p * (1 - p);
      }
      for (let j = 0; j < this.stride; j++) diagonal[k * this.stride + j] = Math.max(own + (penalty[j] ?? 0), Number.MIN_VALUE);
    }
  }

  /**
   * Takes rows in blocks, which stay in the cache meanwhile: `turn` overwrites each row's margins for the vectors of `w`, and so many times
   * the row is added to each vector of `sums`.
   */
  private eachBlock(w: Float64Array, sums: Float64Array, turn: (row: number, margins: Float64Array) => void): void {
    const rows = this.share.length;
    const { vectors } = this;
    const margin = new Float64Array(vectors);
    const block = new Float64Array(vectors * BLOCK);
    const ofVector = Array.from({ length: vectors }, (_, k) => block.subarray(k * BLOCK, (k + 1) * BLOCK));
    for (let first = 0; first < rows; first += BLOCK) {
      const count = Math.min(BLOCK, rows - first);
      ofVector.forEach((own, k) => this.margins(w, k, first, count, own));
      for (let i = 0; i < count; i++) {
        for (let k = 0; k < vectors; k++) margin[k] = ofVector[k]![i]!;
        turn(first + i, margin);
        for (let k = 0; k < vectors; k++) ofVector[k]![i] = margin[k]!;
      }
      ofVector.forEach((own, k) => this.spread(own, k, first, count, sums));
    }
  }

  /** Fills `out` with the margins of vector `k` for `count` rows from `first` on. */
  private margins(w: Float64Array, k: number, first: number, count: number, out: Float64Array): void {
    const { x, width, fitIntercept } = this.problem;
    const at = k * this.stride;
    if (count === BLOCK) rowDots(out, x, w, first * width, at, width);
    else for (let i = 0; i < count; i++) out[i] = dot(x, w, (first + i) * width, at, width);
    if (fitIntercept) for (let i = 0; i < count; i++) out[i]! += w[at + width]!;
  }

  /** Adds `amount[i]` times each of `count` rows from `first` on to vector `k` of `sums`. */
  private spread(amount: Float64Array, k: number, first: number, count: number, sums: Float64Array): void {
    const { x, width, fitIntercept } = this.problem;
    const at = k * this.stride;
    if (count === BLOCK) addRows(sums, amount, x, at, first * width, width);
    else for (let i = 0; i < count; i++) addScaled(sums, amount[i]!, x, at, (first + i) * width, width);
    if (fitIntercept) for (let i = 0; i < count; i++) sums[at + width]! += amount[i]!;
  }

  /** Adds the penalty's gradient at `w` to `sums` and returns `w . penalty . w`. */
  private addPenalty(w: Float64Array, sums: Float64Array): number {
    const { width, penalty } = this.problem;
    let total = 0;
    for (let k = 0; k < this.vectors; k++) {
      for (let j = 0, at = k * this.stride; j < width; j++, at++) {
        sums[at]! += penalty[j]! * w[at]!;
        total += penalty[j]! * w[at]! * w[at]!;
      }
    }
    return total;
  }
}

/** Stores the probability of class 1 and returns the log loss. */
export function sigmoid(margin: Float64Array, y: number, probability: Float64Array, at: number): number {
  const z = margin[0]!;
  const small = Math.exp(-Math.abs(z));
  probability[at] = z >= 0 ? 1 / (1 + small) : small / (1 + small);
  return Math.log1p(small) + Math.max(0, y === 1 ? -z : z);
}

/** Stores the class probabilities and returns the log loss. */
export function softmax(margin: Float64Array, y: number, probability: Float64Array, at: number): number {
  let top = -Infinity;
  for (const value of margin) top = Math.max(top, value);
  let sum = 0;
  for (let k = 0; k < margin.length; k++) sum += probability[at + k] = Math.exp(margin[k]! - top);
  for (let k = 0; k < margin.length; k++) probability[at + k]! /= sum;
  return top + Math.log(sum) - margin[y]!;
}
