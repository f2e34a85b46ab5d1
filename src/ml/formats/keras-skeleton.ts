import { error } from '../../errors.js';
import type { Tensor } from '../safetensors.js';
import type { KerasLayer, KerasModel, KerasWeight } from './keras-model.js';

type BareLayer = Omit<KerasLayer, 'weights' | 'model'> & {
  readonly weights: readonly Omit<KerasWeight, 'data'>[];
  readonly model?: Skeleton;
};

/** A model without the numbers of its weights: plain JSON. */
export type Skeleton = Omit<KerasModel, 'layers'> & { readonly layers: readonly BareLayer[] };

/** A model in two: what JSON can hold, and its numbers by place (`base/conv1:0`). */
export function takeWeights(model: KerasModel, around = ''): { skeleton: Skeleton; tensors: Record<string, Tensor> } {
  const tensors: Record<string, Tensor> = {};
  const layers = model.layers.map(({ model: inner, weights, ...layer }): BareLayer => {
    weights.forEach(({ data, shape }, n) => (tensors[`${around}${layer.name}:${n}`] = { data, shape }));
    const bare = weights.map(({ name, shape }) => ({ name, shape }));
    if (inner === undefined) return { ...layer, weights: bare };
    const own = takeWeights(inner, `${around}${layer.name}/`);
    Object.assign(tensors, own.tensors);
    return { ...layer, weights: bare, model: own.skeleton };
  });
  return { skeleton: { ...model, layers }, tensors };
}

/** The model that `takeWeights` took apart. Throws HW_STAGE_FILE, naming `source`, where a weight is missing. */
export function putWeights(skeleton: Skeleton, tensors: Readonly<Record<string, Tensor>>, source: string, around = ''): KerasModel {
  const layers = skeleton.layers.map(({ model, weights, ...layer }): KerasLayer => {
    const own = weights.map((weight, n): KerasWeight => {
      const place = `${around}${layer.name}:${n}`;
      const data = tensors[place]?.data;
      if (!(data instanceof Float32Array)) throw error('HW_STAGE_FILE', { path: source, problem: `it has no float32 tensor ${place}` });
      return { ...weight, data };
    });
    if (model === undefined) return { ...layer, weights: own };
    return { ...layer, weights: own, model: putWeights(model, tensors, source, `${around}${layer.name}/`) };
  });
  return { ...skeleton, layers };
}
