import { TensorProgram, type ProgramTensor } from '../engines/tensor-program.js';
import { OnnxGraph } from '../formats/onnx-graph.js';

type Floats = Float32Array | Float64Array;

/** ONNX's number of the type. */
const DOUBLE = 11;

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

/** What a problem asks for: loss and gradient at `point`, or the Hessian `at` a point evaluated before, times the direction `point`. */
export interface Question {
  /** The rows that the problem sees. */
  readonly subset: number;
  /** A point or a direction, vectors x width. */
  readonly point: Float64Array;
  readonly at?: Float64Array;
}

export interface Answer {
  /** The gradient, or the Hessian's product. */
  readonly vector: Floats;
  /** Unless the Hessian's product was asked for. */
  readonly evaluation?: Evaluation;
}

interface Evaluation {
  readonly loss: number;
  /** Mean p (1 - p) a vector: the curvature of an intercept. */
  readonly curvature: Floats;
}

/**
 * Log loss, gradient and curvature of many logistic regressions on one matrix at a time: every problem's vectors are rows of one
 * matrix, so that a step of all of them is two matrix products, whatever each of them asks.
 */
export class LogisticProgram {
  /** Margins of every row, vectors x n, at each point that was evaluated and is still in use. */
  private readonly evaluated = new WeakMap<Float64Array, Floats>();

  private constructor(
    private readonly data: LogisticProgramData,
    private readonly program: TensorProgram,
  ) {}

  static async open(data: LogisticProgramData, threads: number): Promise<LogisticProgram> {
    return new LogisticProgram(data, await TensorProgram.open('search', stepGraph(data), threads));
  }

  /** Answers each question; the answers are views of memory that they share. */
  async answer(questions: readonly Question[]): Promise<Answer[]> {
    const { vectors, width, x, y } = this.data;
    const places = questions.filter(({ at }) => at === undefined);
    const directions = questions.filter(({ at }) => at !== undefined);
    const ordered = [...places, ...directions];
    const size = vectors * y.length;
    const points = ordered.map(({ point }) => point);
    const origins = directions.map(({ at }) => this.marginsAt(at!));
    const { margins, vector, loss, curvature } = await this.program.run({
      points: { data: joined(points, vectors * width, x), shape: [points.length * vectors, width] },
      origins: { data: joined(origins, size, x), shape: [origins.length, vectors, y.length] },
      subsets: { data: BigInt64Array.from(ordered, ({ subset }) => BigInt(subset)), shape: [ordered.length] },
    });
    const part = (all: ProgramTensor | undefined, each: number, i: number) => (all!.data as Floats).subarray(i * each, (i + 1) * each);
    const answers = new Map(
      ordered.map((question, i): [Question, Answer] => {
        const own = { vector: part(vector, vectors * width, i) };
        if (i >= places.length) return [question, own];
        this.evaluated.set(question.point, part(margins, size, i).slice());
        return [question, { ...own, evaluation: { loss: (loss!.data as Float64Array)[i]!, curvature: part(curvature, vectors, i) } }];
      }),
    );
    return questions.map((question) => answers.get(question)!);
  }

  /** The margins of every row, vectors x n, at a point that was evaluated. */
  marginsAt(point: Float64Array): Floats {
    return this.evaluated.get(point)!;
  }

  async close(): Promise<void> {
    await this.program.close();
  }
}

/**
 * Points, then directions, a row a vector, with the margins where the directions begin, to the points' margins, losses and gradients and the
 * directions' Hessian products.
 */
function stepGraph(data: LogisticProgramData): Uint8Array {
  const { vectors, y, x, width } = data;
  const type = x instanceof Float32Array ? 'float32' : 'float64';
  const graph = new OnnxGraph('step', ['margins', 'loss', 'curvature', 'vector']);
  const points = graph.input('points', type, ['rows', width]);
  const origins = graph.input('origins', type, ['directions', vectors, y.length]);
  const number = graph.input('subsets', 'int64', ['problems']);
  const matrix = graph.constant('x', [y.length, width], x);
  const weights = x instanceof Float32Array ? Float32Array.from(data.subsets) : data.subsets;
  const perSubset = graph.constant('weights', [weights.length / y.length, 1, y.length], weights);
  const weight = graph.node('Gather', 'weight', [perSubset, number], { axis: 0 });
  const target = graph.constant('target', [1, vectors, y.length], targets(data));
  const classes = graph.integers('classes', [1]);

  const product = graph.node('Gemm', 'product', [points, matrix], { transB: 1 });
  const all = graph.node('Reshape', 'all', [product, graph.integers('byProblem', [-1, vectors, y.length])]);
  const first = graph.integers('first', [0]);
  const [problems, directions] = [number, origins].map((each) => graph.node('Shape', 'count', [each], { end: 1 }));
  const places = graph.node('Sub', 'places', [problems!, directions!]);
  const margins = graph.node('Slice', 'here', [all, first, places]);
  const changes = graph.node('Slice', 'changes', [all, places, problems!]);
  graph.output('margins', margins, type, ['places', vectors, y.length]);

  // The losses of rows that are told with certainty are the small difference of two large numbers.
  const [exact, exactTarget] = [margins, target].map((each) => graph.node('Cast', 'exact', [each], { to: DOUBLE }));
  const hit = graph.node('ReduceSum', 'hit', [graph.node('Mul', 'hits', [exact!, exactTarget!]), classes], { keepdims: 1 });
  const losses = graph.node('Sub', 'loglosses', [logNormaliser(graph, vectors, exact!), hit]);
  const placeWeight = graph.node('Slice', 'own', [weight, first, places]);
  const lost = graph.node('Mul', 'lost', [losses, graph.node('Cast', 'exactWeight', [placeWeight], { to: DOUBLE })]);
  graph.output('loss', graph.node('ReduceSum', 'mean', [lost, graph.integers('all', [1, 2])], { keepdims: 0 }), 'float64', ['places']);

  const here = probabilityNodes(graph, vectors, margins);
  const square = graph.node('Mul', 'square', [here, here]);
  const spread = graph.node('Mul', 'spread', [graph.node('Sub', 'variance', [here, square]), placeWeight]);
  const bend = graph.node('ReduceSum', 'bend', [spread, graph.integers('rows', [2])], { keepdims: 0 });
  graph.output('curvature', bend, type, ['places', vectors]);

  const there = probabilityNodes(graph, vectors, origins);
  const pull = graph.node('Mul', 'pull', [there, changes]);
  const pulls = graph.node('ReduceSum', 'pulls', [pull, classes], { keepdims: 1 });
  const change = graph.node('Sub', 'change', [pull, graph.node('Mul', 'share', [there, pulls])]);

  const residual = graph.node('Concat', 'residual', [graph.node('Sub', 'off', [here, target]), change], { axis: 0 });
  const weighted = graph.node('Mul', 'weighted', [residual, weight]);
  const vector = graph.node('MatMul', 'gathered', [weighted, matrix]);
  graph.output('vector', vector, type, ['problems', vectors, width]);
  return graph.encode();
}

function probabilityNodes(graph: OnnxGraph, vectors: number, margins: string): string {
  if (vectors === 1) return graph.node('Sigmoid', 'sigmoid', [margins]);
  const { powers, sum } = powerNodes(graph, margins);
  return graph.node('Div', 'softmax', [powers, sum]);
}

/** The logarithm of what probabilities are divided by, a row; of a lone margin, against one of 0. */
function logNormaliser(graph: OnnxGraph, vectors: number, margins: string): string {
  if (vectors === 1) {
    const small = graph.node('Exp', 'small', [graph.node('Neg', 'negative', [graph.node('Abs', 'size', [margins])])]);
    const one = graph.constant('one', [], Float64Array.of(1));
    const log = graph.node('Log', 'log', [graph.node('Add', 'sum', [small, one])]);
    return graph.node('Add', 'softplus', [graph.node('Relu', 'positive', [margins]), log]);
  }
  const { top, sum } = powerNodes(graph, margins);
  return graph.node('Add', 'normaliser', [graph.node('Log', 'log', [sum]), top]);
}

function powerNodes(graph: OnnxGraph, margins: string): { top: string; powers: string; sum: string } {
  const top = graph.node('ReduceMax', 'top', [margins], { axes: [1], keepdims: 1 });
  const powers = graph.node('Exp', 'powers', [graph.node('Sub', 'below', [margins, top])]);
  return { top, powers, sum: graph.node('ReduceSum', 'sum', [powers, graph.integers('each', [1])], { keepdims: 1 }) };
}

function targets({ vectors, y, x }: LogisticProgramData): Floats {
  const target = x instanceof Float32Array ? new Float32Array(vectors * y.length) : new Float64Array(vectors * y.length);
  y.forEach((label, row) => {
    if (vectors === 1) target[row] = label;
    else target[label * y.length + row] = 1;
  });
  return target;
}

function joined(parts: readonly Floats[], size: number, like: Floats): Floats {
  const all = like instanceof Float32Array ? new Float32Array(parts.length * size) : new Float64Array(parts.length * size);
  parts.forEach((part, i) => all.set(part, i * size));
  return all;
}
