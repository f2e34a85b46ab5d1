import type { SmoothObjective } from './solve.js';
import { addScaled, dot } from './vector-math.js';

/** Half the weighted mean squared error of `x w - y` plus half the L2 penalty; `x` (n x d) and `y` are centred, so there is no intercept. */
export class SquaredLoss implements SmoothObjective {
  readonly size: number;
  private readonly share: Float64Array;

  constructor(
    private readonly x: Float64Array,
    private readonly y: Float64Array,
    weights: Float64Array,
    private readonly penalty: Float64Array,
  ) {
    this.size = penalty.length;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.share = weights.map((weight) => weight / total);
  }

  evaluate(w: Float64Array, gradient: Float64Array, diagonal: Float64Array): number {
    const { size, x, y, share, penalty } = this;
    let loss = 0;
    for (let row = 0; row < y.length; row++) {
      const error = dot(x, w, row * size, 0, size) - y[row]!;
      loss += (share[row]! * error * error) / 2;
      addScaled(gradient, share[row]! * error, x, 0, row * size, size);
    }
    for (let j = 0; j < size; j++) {
      loss += (penalty[j]! * w[j]! * w[j]!) / 2;
      gradient[j]! += penalty[j]! * w[j]!;
      diagonal[j] = 1 + penalty[j]!;
    }
    return loss;
  }

  curvature(v: Float64Array, product: Float64Array): void {
    const { size, x, share, penalty } = this;
    for (let row = 0; row < share.length; row++) {
      addScaled(product, share[row]! * dot(x, v, row * size, 0, size), x, 0, row * size, size);
    }
    for (let j = 0; j < size; j++) product[j]! += penalty[j]! * v[j]!;
  }
}
