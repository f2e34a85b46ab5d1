import { addScaled, dot, norm } from './vector-math.js';

/** A convex function with two derivatives. */
export interface SmoothObjective {
  readonly size: number;
  /** The value at `w`; fills `gradient`. */
  evaluate(w: Float64Array, gradient: Float64Array): number;
  /** Fills `product` with the Hessian, at the point of the last `evaluate`, times `v`. */
  curvature(v: Float64Array, product: Float64Array): void;
}

export interface SolverOptions {
  /** Stops where the gradient's norm is at most this. */
  readonly tolerance: number;
  readonly maxIterations: number;
}

export interface Solution {
  readonly w: Float64Array;
  readonly value: number;
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const ARMIJO = 1e-4;
const MAX_HALVINGS = 40;

/**
 * Minimises a smooth convex function by Newton's method with the step from conjugate gradients, truncated as Nocedal & Wright,
 * Numerical Optimization (2006), algorithm 7.1, and halved until it descends. Converges from any start.
 */
export function newtonCg(objective: SmoothObjective, start: Float64Array, { tolerance, maxIterations }: SolverOptions): Solution {
  const { size } = objective;
  let w: Float64Array = start.slice();
  let gradient: Float64Array = new Float64Array(size);
  let value = objective.evaluate(w, gradient);
  let gradientNorm = norm(gradient);
  let iterations = 0;
  while (gradientNorm > tolerance && iterations < maxIterations) {
    iterations++;
    const step = newtonStep(objective, gradient, gradientNorm);
    const next = descend(objective, w, value, gradient, step);
    if (next === undefined) break;
    ({ w, value, gradient } = next);
    gradientNorm = norm(gradient);
  }
  return { w, value, gradientNorm, iterations, converged: gradientNorm <= tolerance };
}

/** Solves `Hessian * step = -gradient` as far as it pays. */
export function newtonStep(objective: SmoothObjective, gradient: Float64Array, gradientNorm: number): Float64Array {
  const { size } = objective;
  const enough = Math.min(0.1, Math.sqrt(gradientNorm)) * gradientNorm;
  const step = new Float64Array(size);
  const residual = gradient.slice();
  const direction = gradient.map((value) => -value);
  const product = new Float64Array(size);
  let squared = dot(residual, residual);
  for (let k = 0; k < 2 * size && Math.sqrt(squared) > enough; k++) {
    objective.curvature(direction, product);
    const bend = dot(direction, product);
    if (bend <= Number.EPSILON * squared) {
      if (k === 0) addScaled(step, 1, direction);
      break;
    }
    const length = squared / bend;
    addScaled(step, length, direction);
    addScaled(residual, length, product);
    const next = dot(residual, residual);
    const keep = next / squared;
    for (let i = 0; i < size; i++) direction[i] = keep * direction[i]! - residual[i]!;
    squared = next;
  }
  return step;
}

interface Point {
  readonly w: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** The first of the points w + step, w + step/2, ... that descends enough; none when rounding hides any descent. */
function descend(
  objective: SmoothObjective,
  w: Float64Array,
  value: number,
  gradient: Float64Array,
  step: Float64Array,
): Point | undefined {
  const slope = dot(gradient, step);
  const rounding = 4 * Number.EPSILON * Math.abs(value);
  for (let halving = 0, scale = 1; halving < MAX_HALVINGS; halving++, scale /= 2) {
    const next = w.slice();
    addScaled(next, scale, step);
    const nextGradient = new Float64Array(objective.size);
    const nextValue = objective.evaluate(next, nextGradient);
    if (nextValue <= value + ARMIJO * scale * slope) return { w: next, value: nextValue, gradient: nextGradient };
    if (nextValue <= value + rounding && norm(nextGradient) < norm(gradient)) return { w: next, value: nextValue, gradient: nextGradient };
  }
  return undefined;
}
