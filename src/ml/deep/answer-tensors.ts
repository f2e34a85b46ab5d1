import type { TensorModel } from '../engines/tensor-model.js';
import type { TensorInfo } from '../engines/tensor-protocol.js';
import type { Tensor } from '../safetensors.js';
import { flatRows } from './rows-of-tensor.js';
import { tensorOfRows } from './tensor-rows.js';

/** A flat vector a row, or `{shape, data}`. */
export type OutputMode = 'vector' | 'image';

const rowsOfOneRun = 32;

/** A model's answers to pictures, those of one shape together; null for null. */
export async function answerTensors(
  images: readonly (Tensor | null)[],
  column: string,
  model: TensorModel,
  { input, output }: { readonly input: TensorInfo; readonly output: TensorInfo },
  outputMode: OutputMode,
): Promise<unknown[]> {
  const answers: unknown[] = images.map(() => null);
  for (const rows of rowsByShape(images)) {
    for (let start = 0; start < rows.length; start += rowsOfOneRun) {
      const chosen = rows.slice(start, start + rowsOfOneRun);
      const results = await model.run({ [input.name]: tensorOfRows(images, chosen, column, input) }, [output.name]);
      const result = results[output.name]!;
      const vectors = flatRows(result);
      chosen.forEach((row, n) => {
        const data = vectors.at(n).slice();
        answers[row] = outputMode === 'image' ? { shape: result.shape.slice(1), data } : data;
      });
    }
  }
  return answers;
}

function rowsByShape(images: readonly (Tensor | null)[]): Iterable<number[]> {
  const groups = new Map<string, number[]>();
  images.forEach((image, row) => {
    if (image === null) return;
    const key = image.shape.join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  });
  return groups.values();
}
