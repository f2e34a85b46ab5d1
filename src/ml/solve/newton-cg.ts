import { addScaled, dot, norm } from './vector-math.js';

/** What a solver asks of its objective: value and gradient at a point, or the Hessian at the last such point times a direction. */
export type SolverRequest =
  { readonly kind: 'evaluate'; readonly point: Float64Array } | { readonly kind: 'curvature'; readonly point: Float64Array };

/** The answer: the value (`evaluate` only), and the gradient or the product. */
export interface SolverReply {
  readonly value: number;
  readonly vector: Float64Array;
  /** About the Hessian's diagonal (`evaluate` only): it scales the conjugate gradients. */
  readonly diagonal?: Float64Array;
}

/** A minimisation in progress: it yields requests and takes replies, so that many can share their matrix products. */
export type Solving = Generator<SolverRequest, Solution, SolverReply>;

export interface SolverOptions {
  /** Stops where the gradient's norm is at most this. */
  readonly tolerance: number;
  /** Stops after a step that gains at most this share of the value, by its quadratic model. Default 0: never. */
  readonly gap?: number;
  readonly maxIterations: number;
  /** Relative rounding error of the objective's value. Default 1e-14. */
  readonly rounding?: number;
}

export interface Solution {
  readonly point: Float64Array;
  /** Where the last step began. */
  readonly before: Float64Array;
  readonly value: number;
  readonly gradientNorm: number;
  readonly iterations: number;
  readonly converged: boolean;
}

interface Place extends SolverReply {
  readonly point: Float64Array;
  readonly gradientNorm: number;
}

const ARMIJO = 1e-4;
const MAX_HALVINGS = 40;
const FORCING = 0.1;
/** What a step may leave undone, as a share of the wanted gap: more precision than that is not asked for. */
const LEFT = 0.1;

/**
 * Minimises a smooth convex function by Newton's method with the step from conjugate gradients, truncated as Nocedal & Wright,
 * Numerical Optimization (2006), algorithm 7.1, and halved until it descends. Converges from any start.
 */
export function* newtonCg(start: Float64Array, options: SolverOptions): Solving {
  const { tolerance, gap = 0, maxIterations } = options;
  let place = yield* evaluate(start);
  let before = start;
  let iterations = 0;
  let converged = place.gradientNorm <= tolerance;
  while (!converged && iterations < maxIterations) {
    iterations++;
    const step = yield* newtonStep(place, LEFT * gap * Math.abs(place.value));
    const gain = -dot(place.vector, step) / 2;
    const next = yield* descend(place, step, options);
    // After a step that truncation left a tenth short, at most about a tenth of its gain is left.
    converged = gain <= 5 * gap * Math.abs(place.value);
    if (next === undefined) break;
    before = place.point;
    place = next;
    converged ||= place.gradientNorm <= tolerance;
  }
  const { point, value, gradientNorm } = place;
  return { point, before, value, gradientNorm, iterations, converged };
}

/**
 * Solves `Hessian * step = -gradient` by preconditioned conjugate gradients until another iteration gains little of the quadratic
 * model's decrease, or less than `enough`: Nash & Sofer, Assessing a search direction within a truncated-Newton method (1990).
 */
export function* newtonStep({ vector: gradient, diagonal }: SolverReply, enough = 0): Generator<SolverRequest, Float64Array, SolverReply> {
  const size = gradient.length;
  const scale = diagonal ?? new Float64Array(size).fill(1);
  const step = new Float64Array(size);
  const residual = gradient.slice();
  const preconditioned = new Float64Array(size);
  divide(preconditioned, residual, scale);
  const direction = new Float64Array(size);
  addScaled(direction, -1, preconditioned);
  let squared = dot(residual, preconditioned);
  let gained = 0;
  for (let k = 0; k < 2 * size; k++) {
    const { vector: product } = yield { kind: 'curvature', point: direction };
    const bend = dot(direction, product);
    if (bend <= Number.EPSILON * Number.EPSILON * squared) {
      if (k === 0) addScaled(step, 1, direction);
      break;
    }
    const length = squared / bend;
    addScaled(step, length, direction);
    addScaled(residual, length, product);
    divide(preconditioned, residual, scale);
    const gain = length * squared;
    gained += gain;
    if ((k + 1) * gain <= Math.max(FORCING * gained, enough)) break;
    const next = dot(residual, preconditioned);
    const keep = next / squared;
    turn(direction, keep, preconditioned);
    squared = next;
  }
  return step;
}

function divide(out: Float64Array, x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! / y[i]!;
}

function turn(direction: Float64Array, keep: number, preconditioned: Float64Array): void {
  for (let i = 0; i < direction.length; i++) direction[i] = keep * direction[i]! - preconditioned[i]!;
}

/** The first of the points w + step, w + step/2, ... that descends enough; none when rounding hides any descent. */
function* descend(
  from: Place,
  step: Float64Array,
  { rounding = 1e-14 }: SolverOptions,
): Generator<SolverRequest, Place | undefined, SolverReply> {
  const slope = dot(from.vector, step);
  const noise = rounding * Math.abs(from.value);
  for (let halving = 0, scale = 1; halving < MAX_HALVINGS; halving++, scale /= 2) {
    const point = from.point.slice();
    addScaled(point, scale, step);
    const next = yield* evaluate(point);
    if (next.value <= from.value + ARMIJO * scale * slope) return next;
    // Below the rounding of the value only the gradient can tell, and it need not shrink in every step.
    if (-slope * scale < noise) return next.gradientNorm < 2 * from.gradientNorm ? next : undefined;
  }
  return undefined;
}

function* evaluate(point: Float64Array): Generator<SolverRequest, Place, SolverReply> {
  const reply = yield { kind: 'evaluate', point };
  return { ...reply, point, gradientNorm: norm(reply.vector) };
}
