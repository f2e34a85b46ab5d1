import { error } from '../../errors.js';
import type { TensorModel } from '../engines/tensor-model.js';
import type { TensorInfo } from '../engines/tensor-protocol.js';

/** A model's only input or output; throws HW_TENSOR_MANY where there are more. */
export function onlyTensor(model: TensorModel, direction: 'inputs' | 'outputs'): TensorInfo {
  if (model[direction].length === 1) return model[direction][0]!;
  throw error('HW_TENSOR_MANY', { model: model.name, direction, count: model[direction].length, known: namesOf(model, direction) });
}

/** The input or output of that name, with or without TensorFlow's `:0`; throws HW_TENSOR_UNKNOWN. */
export function findTensor(model: TensorModel, direction: 'inputs' | 'outputs', tensor: string): TensorInfo {
  const found = model[direction].find(({ name }) => withoutPort(name) === withoutPort(tensor));
  if (found === undefined) throw error('HW_TENSOR_UNKNOWN', { model: model.name, direction, tensor, known: namesOf(model, direction) });
  return found;
}

/** TensorFlow writes the first output of `x` as `x:0`, and as `x`. */
function withoutPort(name: string): string {
  return name.replace(/:0$/, '');
}

function namesOf(model: TensorModel, direction: 'inputs' | 'outputs'): string {
  return model[direction].map(({ name }) => name).join(', ');
}
