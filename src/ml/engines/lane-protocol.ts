import { HeadwaterError, reasonOf, type ErrorCode } from '../../errors.js';
import type { ImagePlan } from '../../image/image-plan.js';
import type { ImageSource } from '../../image/image-source.js';
import type { Placement } from '../../image/placement.js';
import type { Device } from './device.js';
import type { ModelSpec } from './engine.js';

/** A row of a job: which of its sources, and what to cut from it. */
export interface JobRow {
  readonly source: number;
  readonly plan: ImagePlan;
}

export type ToLane =
  | { readonly type: 'load'; readonly spec: ModelSpec; readonly device: Device }
  | { readonly type: 'unload'; readonly model: string }
  | { readonly type: 'close' }
  | {
      readonly type: 'run';
      readonly job: number;
      readonly model: string;
      readonly sources: readonly ImageSource[];
      readonly rows: readonly JobRow[];
    };

/** Where a row lay in its picture, for those who map answers back to it. */
export interface RowGeometry extends Placement {
  /** Size of the source picture in pixels. */
  readonly source: { readonly width: number; readonly height: number };
}

export interface Failure {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number>>;
}

export interface JobAnswer {
  readonly job: number;
  /** Why a row failed, or where it lay, row by row. */
  readonly rows: readonly (Failure | RowGeometry)[];
  /** One matrix an output; the rows that did not fail, in their order. */
  readonly columns: readonly Float32Array[];
  /** Milliseconds of decoding and drawing, and of inference. */
  readonly decodeMs: number;
  readonly computeMs: number;
}

export type FromLane =
  { readonly type: 'loaded'; readonly model: string; readonly description: string } | ({ readonly type: 'done' } & JobAnswer);

/** An error as it travels between threads. */
export function toFailure(thrown: unknown, model: string): Failure {
  if (thrown instanceof HeadwaterError) return { code: thrown.code, details: thrown.details };
  return { code: 'HW_MODEL_RUN', details: { model, reason: reasonOf(thrown) } };
}

export function fromFailure({ code, details }: Failure): HeadwaterError {
  return new HeadwaterError(code, details);
}

export function isFailure(row: Failure | RowGeometry): row is Failure {
  return 'code' in row;
}
