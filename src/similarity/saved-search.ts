import { error } from '../errors.js';
import type { Snapshot } from '../ml/stage.js';
import type { Metric } from './distance.js';
import { VectorSearch } from './vector-search.js';

/** A search as a saved stage keeps it. */
export function savedSearch({ metric, vectors: { data, rows, width } }: VectorSearch): Required<Pick<Snapshot, 'values' | 'tensors'>> {
  return { values: { metric }, tensors: { vectors: { data, shape: [rows, width] } } };
}

/** The search that a saved stage kept. Throws HW_STAGE_FILE. */
export function restoredSearch({ values, tensors, uid }: Snapshot): VectorSearch {
  const { data, shape: [rows, width] = [] } = tensors?.['vectors'] ?? {};
  if (data === undefined || data instanceof Int32Array || rows === undefined || width === undefined)
    throw error('HW_STAGE_FILE', { path: uid, problem: 'it has no tensor vectors' });
  return new VectorSearch({ data, rows, width }, values!['metric'] as Metric);
}

/** Throws HW_PARAM_INVALID where there are fewer than `k` vectors to be neighbours. */
export function requireNeighbors(stage: string, k: number, vectors: number): void {
  if (k > vectors) throw error('HW_PARAM_INVALID', { stage, param: 'k', expected: `at most the ${vectors} vectors`, got: String(k) });
}
