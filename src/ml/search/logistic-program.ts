import { TensorProgram, type ProgramTensor } from '../engines/tensor-program.js';
import { OnnxGraph, type OnnxType } from '../formats/onnx-graph.js';

type Floats = Float32Array | Float64Array;

export interface LogisticProgramData {
  /** Features with a last column of ones, n x width; their type is the type of all arithmetic. */
  readonly x: Floats;
  readonly width: number;
  readonly y: Int32Array;
  /** 1 for two classes (sigmoid for class 1), else the number of classes (softmax). */
  readonly vectors: number;
  /** Weight of each row in each subset, subsets x n; each subset sums to 1. */
  readonly subsets: Float64Array;
}

/** Problems that are computed together: problem i sees the rows of subset `subsets[i]`. */
export interface ProblemBatch {
  readonly subsets: readonly number[];
  /** A point or direction a problem, vectors x width each. */
  readonly points: readonly Float64Array[];
}

export interface Evaluation {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Mean p (1 - p) a vector: the curvature of an intercept. */
  readonly curvature: Float64Array;
  /** Class probabilities, vectors x n. */
  readonly probability: Floats;
}

/**
 * Log loss, gradient and curvature of many logistic regressions on one matrix at a time: every problem's vectors are rows of one
 * matrix, so that a step of all of them is two matrix products. `x` stands in the programs once as it is and once transposed, where the
 * runtime packs it for good.
 */
export class LogisticProgram {
  private constructor(
    private readonly data: LogisticProgramData,
    private readonly programs: Readonly<Record<'forward' | 'adjoint' | 'loss' | 'bend', TensorProgram>>,
  ) {}

  static async open(data: LogisticProgramData, threads: number): Promise<LogisticProgram> {
    const type = data.x instanceof Float32Array ? 'float32' : 'float64';
    const [n, width] = [data.y.length, data.width];
    const [forward, adjoint, loss, bend] = await Promise.all([
      TensorProgram.open('search forward', productGraph(transpose(data.x, n, width), width, n, type), threads),
      TensorProgram.open('search adjoint', productGraph(data.x, n, width, type), threads),
      TensorProgram.open('search loss', lossGraph(data, type), threads),
      TensorProgram.open('search bend', bendGraph(data, type), threads),
    ]);
    return new LogisticProgram(data, { forward, adjoint, loss, bend });
  }

  async evaluate({ points, subsets }: ProblemBatch): Promise<Evaluation[]> {
    const margins = await this.marginsTensor(points);
    const { loss, residual, probability, curvature } = await this.programs.loss.run({ margins, subsets: indices(subsets) });
    const gradients = await this.gather(residual!);
    const size = this.data.vectors * this.data.y.length;
    return points.map((_, i) => ({
      loss: (loss!.data as Float64Array)[i]!,
      gradient: gradients[i]!,
      curvature: Float64Array.from((curvature!.data as Floats).subarray(i * this.data.vectors, (i + 1) * this.data.vectors)),
      probability: (probability!.data as Floats).subarray(i * size, (i + 1) * size),
    }));
  }

  /** The Hessian at the points where `probabilities` were computed, times the directions in `points`. */
  async curvature({ points, subsets }: ProblemBatch, probabilities: readonly Floats[]): Promise<Float64Array[]> {
    const margins = await this.marginsTensor(points);
    const probability = { data: joined(probabilities, this.data.x), shape: margins.shape };
    const { residual } = await this.programs.bend.run({ margins, probability, subsets: indices(subsets) });
    return this.gather(residual!);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.programs).map((program) => program.close()));
  }

  /** The margins of every row, vectors x n, at each point. */
  async margins(points: readonly Float64Array[]): Promise<Floats[]> {
    const { data } = await this.marginsTensor(points);
    const size = this.data.vectors * this.data.y.length;
    return points.map((_, i) => (data as Floats).subarray(i * size, (i + 1) * size));
  }

  private async marginsTensor(points: readonly Float64Array[]): Promise<ProgramTensor> {
    const { vectors, width, x, y } = this.data;
    const { product } = await this.programs.forward.run({ left: { data: joined(points, x), shape: [points.length * vectors, width] } });
    return { data: product!.data, shape: [points.length, vectors, y.length] };
  }

  private async gather(residual: ProgramTensor): Promise<Float64Array[]> {
    const { vectors, width, y } = this.data;
    const problems = residual.shape[0]!;
    const { product } = await this.programs.adjoint.run({ left: { data: residual.data, shape: [problems * vectors, y.length] } });
    const size = vectors * width;
    const sums = product!.data as Floats;
    return Array.from({ length: problems }, (_, i) => new Float64Array(sums.subarray(i * size, (i + 1) * size)));
  }
}

/** `left` (rows x depth) times a constant (depth x columns). */
function productGraph(constant: Floats, depth: number, columns: number, type: OnnxType): Uint8Array {
  const graph = new OnnxGraph('product', ['product']);
  const left = graph.input('left', type, ['rows', depth]);
  const right = graph.constant('right', [depth, columns], constant);
  graph.output('product', graph.node('MatMul', 'times', [left, right]), type, ['rows', columns]);
  return graph.encode();
}

/** Margins (problems x vectors x n) to log losses, probabilities and weighted residuals. */
function lossGraph(data: LogisticProgramData, type: OnnxType): Uint8Array {
  const graph = new OnnxGraph('loss', ['loss', 'probability', 'residual', 'curvature']);
  const { vectors, y } = data;
  const shape = ['problems', vectors, y.length];
  const margins = graph.input('margins', type, shape);
  const weight = subsetWeights(graph, data);
  const target = graph.constant('target', [1, vectors, y.length], targets(data));
  const classes = graph.integers('classes', [1]);
  const hit = graph.node('ReduceSum', 'hit', [graph.node('Mul', 'hits', [margins, target]), classes], { keepdims: 1 });
  let probability: string;
  let total: string;
  if (vectors === 1) {
    probability = graph.node('Sigmoid', 'sigmoid', [margins]);
    total = graph.node('Softplus', 'softplus', [margins]);
  } else {
    const top = graph.node('ReduceMax', 'top', [margins], { axes: [1], keepdims: 1 });
    const powers = graph.node('Exp', 'powers', [graph.node('Sub', 'below', [margins, top])]);
    const sum = graph.node('ReduceSum', 'sum', [powers, classes], { keepdims: 1 });
    probability = graph.node('Div', 'softmax', [powers, sum]);
    total = graph.node('Add', 'total', [graph.node('Log', 'log', [sum]), top]);
  }
  const lost = graph.node('Mul', 'lost', [graph.node('Sub', 'loglosses', [total, hit]), weight]);
  const exact = graph.node('Cast', 'exact', [lost], { to: 11 });
  const loss = graph.node('ReduceSum', 'mean', [exact, graph.integers('all', [1, 2])], { keepdims: 0 });
  const residual = graph.node('Mul', 'weighted', [graph.node('Sub', 'off', [probability, target]), weight]);
  const spread = graph.node('Sub', 'spread', [probability, graph.node('Mul', 'square', [probability, probability])]);
  const curvature = graph.node('ReduceSum', 'bend', [graph.node('Mul', 'own', [spread, weight]), graph.integers('rows', [2])], {
    keepdims: 0,
  });
  graph.output('curvature', curvature, type, ['problems', vectors]);
  graph.output('loss', loss, 'float64', ['problems']);
  graph.output('probability', probability, type, shape);
  graph.output('residual', residual, type, shape);
  return graph.encode();
}

/** Margins of directions, and probabilities, to the weighted change of the residuals. */
function bendGraph(data: LogisticProgramData, type: OnnxType): Uint8Array {
  const graph = new OnnxGraph('bend', ['residual']);
  const shape = ['problems', data.vectors, data.y.length];
  const margins = graph.input('margins', type, shape);
  const probability = graph.input('probability', type, shape);
  const weight = subsetWeights(graph, data);
  const pull = graph.node('Mul', 'pull', [probability, margins]);
  const mean = graph.node('ReduceSum', 'mean', [pull, graph.integers('classes', [1])], { keepdims: 1 });
  const change = graph.node('Sub', 'change', [pull, graph.node('Mul', 'share', [probability, mean])]);
  graph.output('residual', graph.node('Mul', 'weighted', [change, weight]), type, shape);
  return graph.encode();
}

/** The row weights of each problem's subset, problems x 1 x n. */
function subsetWeights(graph: OnnxGraph, { subsets, y, x }: LogisticProgramData): string {
  const number = graph.input('subsets', 'int64', ['problems']);
  const weights = x instanceof Float32Array ? Float32Array.from(subsets) : subsets;
  return graph.node('Gather', 'weight', [graph.constant('weights', [subsets.length / y.length, 1, y.length], weights), number], {
    axis: 0,
  });
}

function targets({ vectors, y, x }: LogisticProgramData): Floats {
  const target = x instanceof Float32Array ? new Float32Array(vectors * y.length) : new Float64Array(vectors * y.length);
  y.forEach((label, row) => {
    if (vectors === 1) target[row] = label;
    else target[label * y.length + row] = 1;
  });
  return target;
}

function indices(subsets: readonly number[]): ProgramTensor {
  return { data: BigInt64Array.from(subsets, BigInt), shape: [subsets.length] };
}

function joined(parts: readonly Floats[], like: Floats): Floats {
  const size = parts[0]!.length;
  const all = like instanceof Float32Array ? new Float32Array(parts.length * size) : new Float64Array(parts.length * size);
  parts.forEach((part, i) => all.set(part, i * size));
  return all;
}

/** In blocks that fit the cache. */
function transpose(x: Floats, rows: number, columns: number): Floats {
  const out = x instanceof Float32Array ? new Float32Array(x.length) : new Float64Array(x.length);
  const block = 32;
  for (let top = 0; top < rows; top += block) {
    for (let left = 0; left < columns; left += block) {
      const bottom = Math.min(rows, top + block);
      const right = Math.min(columns, left + block);
      for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) out[j * rows + i] = x[i * columns + j]!;
    }
  }
  return out;
}
