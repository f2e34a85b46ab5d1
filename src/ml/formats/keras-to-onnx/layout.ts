import type { OnnxAttribute, OnnxGraph, OnnxType } from '../onnx-graph.js';

/**
 * A value on its way through the graph. Keras orders images N, H, W, C; ONNX wants N, C, H, W. A tensor is held in the order in which
 * its layer made it and gets the other one when somebody asks, once: so transposes stand at the edges and not between layers.
 */
export interface Tensor {
  readonly rank: number;
  readonly type: OnnxType;
  /** Name of the value in Keras' order (channels last). */
  keras?: string;
  /** Name of the value with the channels behind the batch. */
  channelsFirst?: string;
}

/** Axis order from channels last to channels first and back, for a rank. */
function toFirst(rank: number): number[] {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, n) => n + 1)];
}
function toLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, n) => n + 2), 1];
}

/** An ONNX graph that knows both axis orders. */
export class LayoutGraph {
  constructor(readonly onnx: OnnxGraph) {}

  /** The value's name in Keras' axis order. */
  keras(tensor: Tensor): string {
    return (tensor.keras ??=
      tensor.rank < 3 ? tensor.channelsFirst! : this.#transpose(tensor.channelsFirst!, 'channels_last', toLast(tensor.rank)));
  }

  /** The value's name with the channels behind the batch. */
  channelsFirst(tensor: Tensor): string {
    return (tensor.channelsFirst ??=
      tensor.rank < 3 ? tensor.keras! : this.#transpose(tensor.keras!, 'channels_first', toFirst(tensor.rank)));
  }

  /** One node over tensors of equal rank, element by element, in the order in which the first is held. */
  elementwise(
    operator: string,
    hint: string,
    tensors: readonly Tensor[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    constants: readonly string[] = [],
  ): Tensor {
    const { rank, type, channelsFirst } = tensors[0]!;
    const isFirst = channelsFirst !== undefined;
    const names = tensors.map((tensor) => (isFirst ? this.channelsFirst(tensor) : this.keras(tensor)));
    const value = this.onnx.node(operator, hint, [...names, ...constants], attributes);
    return isFirst ? { rank, type, channelsFirst: value } : { rank, type, keras: value };
  }

  /** The tensor as float32. */
  float(tensor: Tensor, hint: string): Tensor {
    if (tensor.type === 'float32') return tensor;
    return { ...this.elementwise('Cast', `${hint}/float`, [tensor], { to: 1 }), type: 'float32' };
  }

  /** Where axis `axis` of Keras' order lies in the order in which the tensor is held; negative axes count from the end. */
  heldAxis({ rank, channelsFirst }: Tensor, axis: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    return channelsFirst === undefined || rank < 3 ? positive : toFirst(rank).indexOf(positive);
  }

  #transpose(name: string, hint: string, perm: number[]): string {
    return this.onnx.node('Transpose', `${name}/${hint}`, [name], { perm });
  }
}
