import { error } from '../../../errors.js';
import type { KerasLayer, KerasWeight } from '../keras-model.js';
import type { LayoutGraph, Tensor } from './layout.js';

/** What a layer's converter is given: the graph, the layer, and the values that one call of it gets. */
export class LayerCall {
  constructor(
    readonly graph: LayoutGraph,
    readonly layer: KerasLayer,
    readonly inputs: readonly Tensor[],
    readonly generation: 2 | 3,
  ) {}

  get name(): string {
    return this.layer.name;
  }

  /** The only input; HW_LAYER_UNSUPPORTED when there are more. */
  get input(): Tensor {
    if (this.inputs.length !== 1) throw this.unsupported(`it has ${this.inputs.length} inputs, one was expected`);
    return this.inputs[0]!;
  }

  /** The rank-checked only input: `spatial` axes between batch and channels. */
  spatialInput(spatial: number): Tensor {
    const input = this.graph.float(this.input, this.name);
    if (input.rank !== spatial + 2) throw this.unsupported(`its input has rank ${input.rank}, ${spatial + 2} was expected`);
    const format = this.layer.config['data_format'];
    if (format === 'channels_first') throw this.unsupported('data_format channels_first');
    return input;
  }

  /** The weight at `index` in Keras' order. */
  weight(index: number): KerasWeight {
    const weight = this.layer.weights[index];
    if (weight === undefined) throw this.unsupported(`weight ${index} is not in the file`);
    return weight;
  }

  number(key: string, otherwise: number): number {
    const value = this.layer.config[key] ?? otherwise;
    if (typeof value === 'number') return value;
    throw this.unsupported(`${key} is ${JSON.stringify(value)}, a number was expected`);
  }

  text(key: string, otherwise: string): string {
    const value = this.layer.config[key] ?? otherwise;
    if (typeof value === 'string') return value;
    throw this.unsupported(`${key} is ${JSON.stringify(value)}, a text was expected`);
  }

  flag(key: string, otherwise: boolean): boolean {
    return (this.layer.config[key] ?? otherwise) === true;
  }

  /** A size per spatial axis; one number stands for all of them. */
  sizes(key: string, count: number, otherwise: number | readonly number[] = 1): number[] {
    const value = this.layer.config[key] ?? otherwise;
    if (typeof value === 'number') return Array.from({ length: count }, () => value);
    if (Array.isArray(value) && value.length === count && value.every((size) => typeof size === 'number')) return value;
    throw this.unsupported(`${key} is ${JSON.stringify(value)}, ${count} numbers were expected`);
  }

  /** Before and after each spatial axis: Keras takes one number, one per axis, or a pair per axis. */
  margins(key: string, count: number): [number, number][] {
    const value = this.layer.config[key];
    const axes: unknown[] = Array.isArray(value) ? value : Array.from({ length: count }, () => value);
    if (count === 1 && axes.length === 2) return [[Number(axes[0]), Number(axes[1])]];
    return axes.map((axis) => (Array.isArray(axis) ? [Number(axis[0]), Number(axis[1])] : [Number(axis), Number(axis)]));
  }

  unsupported(problem: string): Error {
    return error('HW_LAYER_UNSUPPORTED', { layer: this.layer.name, kind: this.layer.className, problem });
  }
}

/** Writes one call of a layer into the graph and returns its outputs. */
export type LayerConverter = (call: LayerCall) => Tensor | readonly Tensor[];
