import { sigmoid, softmax } from '../solve/logistic-loss.js';
import { newtonCg } from '../solve/newton-cg.js';
import { solve, type SmoothObjective } from '../solve/solve.js';
import { addScaled, dot } from '../solve/vector-math.js';

/** A solution of a neighbouring problem. */
export interface Known {
  readonly point: Float64Array;
  /** Of every row of the data, vectors x n. */
  readonly margins: Float32Array | Float64Array;
}

/** The problem that a combination is to solve. */
export interface CombinationProblem {
  readonly y: Int32Array;
  readonly vectors: number;
  /** The rows that it sees, and each one's weight; the weights sum to 1. */
  readonly rows: Int32Array;
  readonly weights: Float64Array;
  /** L2 penalty a feature and for the intercept (0); NaN where a coefficient is held at 0. */
  readonly penalty: Float64Array;
}

/** As near as a start has to be. */
const GAP = 1e-3;

/**
 * The combination of known solutions with the least objective, which is much nearer to the optimum than the last of them: along a path of
 * penalties solutions lie near the span of a few. Margins are linear in the coefficients, so that the features are not read.
 */
export function combineSolutions(known: readonly Known[], problem: CombinationProblem): Float64Array {
  const start = new Float64Array(known.length);
  start[start.length - 1] = 1;
  const { point } = solve(new CombinedLoss(known, problem), newtonCg(start, { tolerance: 0, gap: GAP, maxIterations: 10 }));
  const combined = new Float64Array(known[0]!.point.length);
  known.forEach((each, i) => addScaled(combined, point[i]!, each.point));
  return combined;
}

/** The problem's objective as a function of the share of each known solution. */
class CombinedLoss implements SmoothObjective {
  readonly size: number;
  private readonly overlap: Float64Array;
  /** Of the rows that the problem sees: vectors x known. */
  private readonly margins: Float64Array;
  private readonly probability: Float64Array;

  constructor(
    known: readonly Known[],
    private readonly problem: CombinationProblem,
  ) {
    const { rows, vectors, penalty, y } = problem;
    this.size = known.length;
    const pulled = known.map(({ point }) => point.map((value, j) => (value === 0 ? 0 : value * penalty[j % penalty.length]!)));
    this.overlap = Float64Array.from(pulled.flatMap((own) => known.map(({ point }) => dot(own, point))));
    this.margins = new Float64Array(rows.length * vectors * this.size);
    known.forEach(({ margins }, i) => {
      for (let row = 0, at = i; row < rows.length; row++) {
        for (let k = 0; k < vectors; k++, at += this.size) this.margins[at] = margins[k * y.length + rows[row]!]!;
      }
    });
    this.probability = new Float64Array(rows.length * vectors);
  }

  evaluate(shares: Float64Array, gradient: Float64Array, diagonal: Float64Array): number {
    const { y, vectors, rows, weights } = this.problem;
    const { size, margins, probability } = this;
    gradient.fill(0);
    diagonal.fill(0);
    let loss = 0;
    const margin = new Float64Array(vectors);
    for (let row = 0; row < rows.length; row++) {
      const [first, label, weight] = [row * vectors, y[rows[row]!]!, weights[rows[row]!]!];
      for (let k = 0; k < vectors; k++) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += shares[i]! * margins[(first + k) * size + i]!;
        margin[k] = sum;
      }
      loss += weight * (vectors === 1 ? sigmoid(margin, label, probability, row) : softmax(margin, label, probability, first));
      for (let k = 0; k < vectors; k++) {
        const p = probability[first + k]!;
        const off = weight * (p - (vectors === 1 ? label : Number(k === label)));
        for (let i = 0; i < size; i++) {
          const own = margins[(first + k) * size + i]!;
          gradient[i]! += off * own;
          diagonal[i]! += weight * p * (1 - p) * own * own;
        }
      }
    }
    for (let i = 0; i < size; i++) diagonal[i]! += Math.max(this.overlap[i * size + i]!, Number.MIN_VALUE);
    return loss + this.addPenalty(shares, gradient) / 2;
  }

  curvature(direction: Float64Array, product: Float64Array): void {
    const { vectors, rows, weights } = this.problem;
    const { size, margins, probability } = this;
    product.fill(0);
    const change = new Float64Array(vectors);
    for (let row = 0; row < rows.length; row++) {
      const first = row * vectors;
      let mean = 0;
      for (let k = 0; k < vectors; k++) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += direction[i]! * margins[(first + k) * size + i]!;
        change[k] = sum;
        mean += probability[first + k]! * sum;
      }
      for (let k = 0; k < vectors; k++) {
        const bend = weights[rows[row]!]! * probability[first + k]! * (change[k]! - mean);
        for (let i = 0; i < size; i++) product[i]! += bend * margins[(first + k) * size + i]!;
      }
    }
    this.addPenalty(direction, product);
  }

  /** Adds the penalty's gradient to `sums` and returns twice the penalty. */
  private addPenalty(shares: Float64Array, sums: Float64Array): number {
    let total = 0;
    for (let i = 0; i < this.size; i++) {
      for (let j = 0; j < this.size; j++) {
        sums[i]! += this.overlap[i * this.size + j]! * shares[j]!;
        total += shares[i]! * this.overlap[i * this.size + j]! * shares[j]!;
      }
    }
    return total;
  }
}
