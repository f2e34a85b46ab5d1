import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { error, reasonOf } from '../../errors.js';
import type { TensorModel } from '../engines/tensor-model.js';

const open = new Map<string, Promise<TensorModel>>();

/** The model of a file, opened once in a process however many stages (a grid's copies) use it; a file that has changed is read anew. */
export function sharedModel(kind: string, file: string, make: (file: string) => Promise<TensorModel>): Promise<TensorModel> {
  const path = resolve(file);
  const key = `${kind} ${path} ${stamp(path)}`;
  const found = open.get(key);
  if (found !== undefined) return found;
  const model = make(path);
  open.set(key, model);
  model.catch(() => open.delete(key));
  return model;
}

/** Ends all models that transformers have opened; the next use opens them again. */
export async function closeModels(): Promise<void> {
  const models = [...open.values()];
  open.clear();
  await Promise.all(models.map(async (model) => (await model).close()));
}

function stamp(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${mtimeMs} ${size}`;
  } catch (cause) {
    throw error('HW_MODEL_FILE', { file, problem: reasonOf(cause) }, cause);
  }
}
