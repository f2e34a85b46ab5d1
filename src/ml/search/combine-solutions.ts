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

/**
 * The combination of known solutions with the least objective, which is much nearer to the optimum than the last of them: along a path of
 * penalties solutions lie near the span of a few. Margins are linear in the coefficients, so that the features are not read. It ends within `gap`, a share of the least.
 */
export function combineSolutions(known: readonly Known[], problem: CombinationProblem, gap: number): Float64Array {
  const start = new Float64Array(known.length);
  start[start.length - 1] = 1;
  const { point } = solve(new CombinedLoss(known, problem), newtonCg(start, { tolerance: 0, gap, maxIterations: 10 }));
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
  private readonly hessian: Float64Array;

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
    this.probability = new Float64Array(vectors);
    this.hessian = new Float64Array(this.size ** 2);
  }

  evaluate(shares: Float64Array, gradient: Float64Array, diagonal: Float64Array): number {
    const { y, vectors, rows, weights } = this.problem;
    const { size, margins, probability, hessian } = this;
    gradient.fill(0);
    hessian.set(this.overlap);
    let loss = 0;
    const margin = new Float64Array(vectors);
    const mean = new Float64Array(size);
    for (let row = 0; row < rows.length; row++) {
      const first = row * vectors * size;
      const label = y[rows[row]!]!;
      const weight = weights[rows[row]!]!;
      for (let k = 0; k < vectors; k++) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += shares[i]! * margins[first + k * size + i]!;
        margin[k] = sum;
      }
      loss += weight * (vectors === 1 ? sigmoid(margin, label, probability, 0) : softmax(margin, label, probability, 0));
      mean.fill(0);
      for (let k = 0; k < vectors; k++) {
        const p = weight * probability[k]!;
        const target = vectors === 1 ? weight * label : k === label ? weight : 0;
        for (let i = 0; i < size; i++) {
          const own = margins[first + k * size + i]!;
          gradient[i]! += (p - target) * own;
          mean[i]! += probability[k]! * own;
          for (let j = 0; j <= i; j++) hessian[i * size + j]! += p * own * margins[first + k * size + j]!;
        }
      }
      for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) hessian[i * size + j]! -= weight * mean[i]! * mean[j]!;
    }
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) hessian[i * size + j] = hessian[j * size + i]!;
      diagonal[i] = Math.max(hessian[i * size + i]!, Number.MIN_VALUE);
    }
    return loss + addProduct(this.overlap, shares, gradient) / 2;
  }

  curvature(direction: Float64Array, product: Float64Array): void {
    product.fill(0);
    addProduct(this.hessian, direction, product);
  }
}

/** Adds `matrix * vector` to `sums`, and returns `vector * matrix * vector`. */
function addProduct(matrix: Float64Array, vector: Float64Array, sums: Float64Array): number {
  let total = 0;
  for (let i = 0; i < vector.length; i++) {
    for (let j = 0; j < vector.length; j++) {
      const each = matrix[i * vector.length + j]! * vector[j]!;
      sums[i]! += each;
      total += vector[i]! * each;
    }
  }
  return total;
}
