import { randomUUID } from 'node:crypto';
import { sharedModel } from '../ml/deep/model-cache.js';
import { openOnnxModel, type TensorModel } from '../ml/engines/tensor-model.js';
import type { Matrix } from '../ml/feature/vectors.js';
import { OnnxGraph } from '../ml/formats/onnx-graph.js';
import { distance, type Metric, type Vector } from './distance.js';

/** Scores that one run may hold: 64 MiB. */
const SCORES = 2 ** 24;
/** Numbers in one model: 1 GiB; a model's file ends at 2 GiB. */
const NUMBERS = 2 ** 28;
/** Vectors looked at beyond the `k` asked for, since float32 may order close ones wrongly. */
const SPARE = 16;

/** The nearest vectors of each query, nearest first; of equals the one with the lower row. */
export interface Neighbors {
  /** queries x k. */
  readonly rows: Int32Array;
  /** queries x k. */
  readonly distances: Float64Array;
}

/**
 * Searches all of `vectors`, with no index that could miss one: a matrix product in float32 on the fastest device there is finds `k` + 16 candidates of
 * each query, off the event loop, and their distances in float64 decide. More than 16 vectors that float32 cannot tell from the k-th nearest may hide one another.
 */
export class VectorSearch {
  readonly #parts: readonly Part[];

  constructor(
    readonly vectors: Matrix,
    readonly metric: Metric,
    numbersAPart = NUMBERS,
  ) {
    const { rows, width } = vectors;
    const size = Math.max(1, Math.floor(numbersAPart / width));
    this.#parts = Array.from({ length: Math.ceil(rows / size) }, (_, n) =>
      partOf(vectors, n * size, Math.min(rows, (n + 1) * size), metric),
    );
  }

  /** `k` is at most the number of vectors, and `queries` of their width. Rejects with HW_MODEL_LOAD or HW_MODEL_RUN. */
  async nearest(queries: Matrix, k: number): Promise<Neighbors> {
    const found: Neighbors = { rows: new Int32Array(queries.rows * k), distances: new Float64Array(queries.rows * k) };
    const block = Math.max(1, Math.floor(SCORES / this.vectors.rows));
    for (let start = 0; start < queries.rows; start += block) {
      const end = Math.min(queries.rows, start + block);
      const candidates = await Promise.all(this.#parts.map((part) => part.candidates(queries, start, end, k + SPARE)));
      for (let query = start; query < end; query++) {
        const rows = candidates.flatMap((of) => of[query - start]!);
        this.#settle(rowOf(queries, query), rows, found, query * k, k);
      }
    }
    return found;
  }

  /** Writes the `k` nearest of some rows to `found`, from place `at` on. */
  #settle(query: Vector, rows: readonly number[], found: Neighbors, at: number, k: number): void {
    const measured = rows.map((row) => ({ row, apart: distance(this.metric, query, rowOf(this.vectors, row)) }));
    measured.sort((a, b) => a.apart - b.apart || a.row - b.row);
    for (let n = 0; n < k; n++) {
      found.rows[at + n] = measured[n]!.row;
      found.distances[at + n] = measured[n]!.apart;
    }
  }
}

/** A view of one row. */
export function rowOf({ data, width }: Matrix, row: number): Vector {
  return data.subarray(row * width, (row + 1) * width);
}

interface Part {
  /** For each query from `start` up to `end`, the rows that seem nearest. */
  candidates(queries: Matrix, start: number, end: number, count: number): Promise<number[][]>;
}

function partOf(vectors: Matrix, first: number, end: number, metric: Metric): Part {
  const { width } = vectors;
  const key = `vectors ${randomUUID()}`;
  const scale = metric === 'euclidean' ? 1 / largest(vectors) : undefined;
  const model = (): Promise<TensorModel> =>
    sharedModel(key, () => openOnnxModel('vectors', { bytes: searchGraph(scaled(vectors, first, end, scale), width, metric) }));
  return {
    async candidates(queries, start, until, count) {
      const most = Math.min(count, end - first);
      const feeds = {
        queries: { type: 'float32', data: scaled(queries, start, until, scale), shape: [until - start, width] },
        count: { type: 'int64', data: BigInt64Array.of(BigInt(most)), shape: [1] },
      } as const;
      const { rows } = await (await model()).run(feeds, ['rows']);
      const all = rows!.data as BigInt64Array;
      return Array.from({ length: until - start }, (_, n) =>
        Array.from(all.subarray(n * most, (n + 1) * most), (row) => first + Number(row)),
      );
    },
  };
}

/** Rows as float32, times `scale`, or without one each to the length 1. */
function scaled(matrix: Matrix, start: number, end: number, scale: number | undefined): Float32Array<ArrayBuffer> {
  const { width } = matrix;
  const out = new Float32Array((end - start) * width);
  for (let row = start; row < end; row++) {
    const values = rowOf(matrix, row);
    const by = scale ?? 1 / (Math.sqrt(squares(values)) || 1);
    for (let j = 0; j < width; j++) out[(row - start) * width + j] = values[j]! * by;
  }
  return out;
}

/** What numbers are divided by, so that none is far above 1 and float32 can hold the squares. */
function largest({ data }: Matrix): number {
  let most = 0;
  for (const value of data) most = Math.max(most, Math.abs(value));
  return most || 1;
}

/** The nearest by `euclidean` have the largest q.x - |x|^2 / 2, those by `cosine` the largest q.x. */
function searchGraph(vectors: Float32Array, width: number, metric: Metric): Uint8Array {
  const rows = vectors.length / width;
  const graph = new OnnxGraph('vectors', ['rows']);
  const queries = graph.input('queries', 'float32', ['queries', width]);
  const count = graph.input('count', 'int64', [1]);
  const offsets = new Float32Array(rows);
  if (metric === 'euclidean')
    for (let row = 0; row < rows; row++) offsets[row] = -squares(vectors.subarray(row * width, (row + 1) * width)) / 2;
  const x = graph.constant('x', [rows, width], vectors);
  const scores = graph.node('Gemm', 'scores', [queries, x, graph.constant('offsets', [rows], offsets)], { transB: 1 });
  const [, nearest] = graph.nodes('TopK', 'nearest', [scores, count], 2);
  graph.output('rows', nearest!, 'int64', ['queries', 'count']);
  return graph.encode();
}

function squares(values: Vector): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
