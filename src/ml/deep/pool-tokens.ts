import { error } from '../../errors.js';
import type { ModelTensor } from '../engines/tensor-protocol.js';

export type Pooling = 'mean' | 'cls';

/** One vector a text of an encoder's output: texts x tokens x d (the first `lengths[n]` tokens count), or texts x d as it is. */
export function poolTokens({ shape, data }: ModelTensor, lengths: readonly number[], pooling: Pooling, normalize: boolean): Float32Array[] {
  if (!(data instanceof Float32Array) || shape.length < 2 || shape.length > 3) {
    throw error('HW_MODEL_FILE', {
      file: 'the text model',
      problem: `its first output has the shape [${shape.join(', ')}], float32 [N, d] or [N, tokens, d] was expected`,
    });
  }
  const width = shape.at(-1)!;
  const tokens = shape.length === 3 ? shape[1]! : 1;
  return lengths.map((length, text) => {
    const count = shape.length === 3 && pooling === 'mean' ? length : 1;
    const vector = new Float64Array(width);
    for (let token = 0; token < count; token++) {
      const from = (text * tokens + token) * width;
      for (let i = 0; i < width; i++) vector[i]! += data[from + i]! / count;
    }
    const size = normalize ? Math.hypot(...vector) || 1 : 1;
    return Float32Array.from(vector, (value) => value / size);
  });
}
