import { newtonStep, type SolverOptions, type SolverReply, type SolverRequest, type Solving } from './newton-cg.js';
import { addScaled, dot, norm } from './vector-math.js';

interface Place extends SolverReply {
  readonly point: Float64Array;
  /** Smooth value and L1 penalty. */
  readonly total: number;
  /** The steepest descent's opposite: gradient and the penalty's least subgradient. */
  readonly slope: Float64Array;
}

const ARMIJO = 1e-4;
const MAX_HALVINGS = 20;

/**
 * Minimises a smooth convex function plus `sum l1[i] |w[i]|`: truncated Newton steps among the coordinates that are free, kept within one
 * orthant, after Andrew & Gao, Scalable training of L1-regularized log-linear models (2007), with the second derivatives of Byrd et al.,
 * A family of second-order methods for convex l1-regularized optimization (2016). A proximal gradient step stands in where such a step
 * does not descend.
 */
export function* orthantNewton(start: Float64Array, l1: Float64Array, options: SolverOptions): Solving {
  const { tolerance, gap = 0, maxIterations, rounding = 1e-14 } = options;
  let place = yield* evaluate(start, l1);
  let before = start;
  let iterations = 0;
  let converged = norm(place.slope) <= tolerance;
  while (!converged && iterations < maxIterations) {
    iterations++;
    const step = yield* freeStep(place);
    const gain = -dot(place.slope, step) / 2;
    const noise = rounding * Math.abs(place.total);
    const next = (yield* alongOrthant(place, step, l1, noise)) ?? (yield* proximal(place, l1, noise));
    if (next === undefined) break;
    converged = gain <= gap * Math.abs(place.total);
    before = place.point;
    place = next;
    converged ||= norm(place.slope) <= tolerance;
  }
  return { point: place.point, before, value: place.total, gradientNorm: norm(place.slope), iterations, converged };
}

/** The Newton step where the slope is not zero or the coordinate is in use; zero elsewhere. */
function* freeStep({ point, slope, diagonal }: Place): Generator<SolverRequest, Float64Array, SolverReply> {
  const free = (values: Float64Array) => values.map((value, i) => (point[i] !== 0 || slope[i] !== 0 ? value : 0));
  const inner = newtonStep({ value: 0, vector: free(slope), ...(diagonal && { diagonal }) });
  let reply: SolverReply = { value: 0, vector: slope };
  for (;;) {
    const next = inner.next(reply);
    if (next.done) return next.value;
    const { vector, value } = yield next.value;
    reply = { value, vector: free(vector) };
  }
}

/** Halves the step, with every coordinate stopped where it would change its sign. */
function* alongOrthant(
  from: Place,
  step: Float64Array,
  l1: Float64Array,
  noise: number,
): Generator<SolverRequest, Place | undefined, SolverReply> {
  for (let halving = 0, scale = 1; halving < MAX_HALVINGS; halving++, scale /= 2) {
    const point = from.point.map((value, i) => {
      const moved = value + scale * step[i]!;
      const side = value !== 0 ? value : -from.slope[i]!;
      return l1[i] === 0 || moved * side > 0 ? moved : 0;
    });
    const moved = point.slice();
    addScaled(moved, -1, from.point);
    const promised = dot(from.slope, moved);
    if (promised >= 0) return undefined;
    const next = yield* evaluate(point, l1);
    if (next.total <= from.total + ARMIJO * promised) return next;
    if (-promised < noise) return norm(next.slope) < 2 * norm(from.slope) ? next : undefined;
  }
  return undefined;
}

/** A gradient step in the metric of the diagonal, soft-thresholded, halved until it descends. */
function* proximal(from: Place, l1: Float64Array, noise: number): Generator<SolverRequest, Place | undefined, SolverReply> {
  for (let halving = 0, scale = 1; halving < MAX_HALVINGS; halving++, scale /= 2) {
    const point = from.point.map((value, i) => {
      const rate = scale / (from.diagonal?.[i] ?? 1);
      const moved = value - rate * from.vector[i]!;
      return Math.sign(moved) * Math.max(0, Math.abs(moved) - rate * l1[i]!);
    });
    const next = yield* evaluate(point, l1);
    if (next.total < from.total) return next;
    if (next.total <= from.total + noise && norm(next.slope) < norm(from.slope)) return next;
  }
  return undefined;
}

function* evaluate(point: Float64Array, l1: Float64Array): Generator<SolverRequest, Place, SolverReply> {
  const reply = yield { kind: 'evaluate', point };
  const total = point.reduce((sum, value, i) => sum + l1[i]! * Math.abs(value), reply.value);
  const slope = reply.vector.map((gradient, i) => {
    if (point[i]! !== 0) return gradient + l1[i]! * Math.sign(point[i]!);
    return Math.sign(gradient) * Math.max(0, Math.abs(gradient) - l1[i]!);
  });
  return { ...reply, point, total, slope };
}
