import type { Solution, SolverReply, Solving } from './newton-cg.js';

/** A convex function with two derivatives. */
export interface SmoothObjective {
  readonly size: number;
  /** The value at `w`; fills `gradient` and, roughly, the Hessian's diagonal. */
  evaluate(w: Float64Array, gradient: Float64Array, diagonal: Float64Array): number;
  /** Fills `product` with the Hessian, at the point of the last `evaluate`, times `v`. */
  curvature(v: Float64Array, product: Float64Array): void;
}

/** Runs one minimisation here and now. */
export function solve(objective: SmoothObjective, solving: Solving): Solution {
  let reply: SolverReply = { value: 0, vector: new Float64Array(0) };
  for (;;) {
    const next = solving.next(reply);
    if (next.done) return next.value;
    const { kind, point } = next.value;
    const vector = new Float64Array(objective.size);
    if (kind === 'evaluate') {
      const diagonal = new Float64Array(objective.size);
      reply = { value: objective.evaluate(point, vector, diagonal), vector, diagonal };
    } else {
      objective.curvature(point, vector);
      reply = { value: 0, vector };
    }
  }
}
