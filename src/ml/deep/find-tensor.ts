import { error } from '../../errors.js';
import type { TensorModel } from '../engines/tensor-model.js';
import type { TensorInfo } from '../engines/tensor-protocol.js';

/** A model's only input or output; throws HW_TENSOR_MANY where there are more. */
export function onlyTensor(model: TensorModel, direction: 'inputs' | 'outputs'): TensorInfo {
  const [only, ...others] = endsOf(model, direction);
  if (only !== undefined && others.length === 0) return only;
  throw error('HW_TENSOR_MANY', { model: model.name, direction, count: endsOf(model, direction).length, known: namesOf(model, direction) });
}

/** The input or output of that name, with or without TensorFlow's `:0`, or of that alias; throws HW_TENSOR_UNKNOWN. */
export function findTensor(model: TensorModel, direction: 'inputs' | 'outputs', tensor: string): TensorInfo {
  const wanted = withoutPort(tensor);
  const found =
    model[direction].find(({ name }) => withoutPort(name) === wanted) ??
    model[direction].find(({ alias }) => alias !== undefined && withoutPort(alias) === wanted);
  if (found === undefined) throw error('HW_TENSOR_UNKNOWN', { model: model.name, direction, tensor, known: namesOf(model, direction) });
  return found;
}

/** TensorFlow writes the first output of `x` as `x:0`, and as `x`. */
function withoutPort(name: string): string {
  return name.replace(/:0$/, '');
}

function namesOf(model: TensorModel, direction: 'inputs' | 'outputs'): string {
  return endsOf(model, direction)
    .map(({ name }) => name)
    .join(', ');
}

function endsOf(model: TensorModel, direction: 'inputs' | 'outputs'): TensorInfo[] {
  return model[direction].filter(({ inner }) => inner !== true);
}
