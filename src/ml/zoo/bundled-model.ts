import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { error, reasonOf } from '../../errors.js';
import { packageFolder } from '../../package-folder.js';

/** A model of the package's `models` folder. */
export interface BundledModel {
  readonly file: string;
  /** First 12 hexadecimal digits of the file's SHA-256. */
  readonly hash: string;
  /** Class names by index. */
  readonly labels: readonly string[];
}

const read = new Map<string, BundledModel>();

/** The model in `models/<folder>`. Throws HW_MODEL_LOAD where it is not there. */
export function bundledModel(folder: string): BundledModel {
  const known = read.get(folder);
  if (known !== undefined) return known;
  try {
    const home = path.join(packageFolder(), 'models', folder);
    const file = path.join(home, 'model.onnx');
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
    const labels = readFileSync(path.join(home, 'labels.txt'), 'utf8').trimEnd().split('\n');
    const model = { file, hash, labels };
    read.set(folder, model);
    return model;
  } catch (thrown) {
    throw error('HW_MODEL_LOAD', { model: folder, reason: reasonOf(thrown) }, thrown);
  }
}
