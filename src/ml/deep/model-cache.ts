import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { error, reasonOf } from '../../errors.js';
import type { TensorModel } from '../engines/tensor-model.js';

/** Each open model has a thread; a grid of hundreds must not have hundreds of them. */
const mostOpen = 32;

/** In the order of their last use. */
const open = new Map<string, Promise<TensorModel>>();

/** The model named by `key`, opened once in a process however many stages (a grid's copies) use it; the one unused for longest closes first. */
export function sharedModel(key: string, make: () => Promise<TensorModel>): Promise<TensorModel> {
  const found = open.get(key);
  open.delete(key);
  const model = found ?? make();
  open.set(key, model);
  if (found === undefined) model.catch(() => open.delete(key));
  if (open.size > mostOpen) void closeOldest();
  return model;
}

/** A key for the model in a file: it changes with the file. Throws HW_MODEL_FILE where there is none. */
export function fileKey(kind: string, file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${kind} ${resolve(file)} ${mtimeMs} ${size}`;
  } catch (cause) {
    throw error('HW_MODEL_FILE', { file, problem: reasonOf(cause) }, cause);
  }
}

/** Ends all models that transformers have opened; the next use opens them again. */
export async function closeModels(): Promise<void> {
  const models = [...open.values()];
  open.clear();
  await Promise.all(models.map(close));
}

async function closeOldest(): Promise<void> {
  const [[key, model]] = open as unknown as [[string, Promise<TensorModel>]];
  open.delete(key);
  await close(model);
}

/** Whoever asked for a model that could not be opened was told so. */
async function close(model: Promise<TensorModel>): Promise<void> {
  const opened = await model.catch(() => undefined);
  await opened?.close();
}
