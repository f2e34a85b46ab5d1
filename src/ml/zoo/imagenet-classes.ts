import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '../../package-folder.js';

/** A class of ImageNet (ILSVRC-2012). */
export interface ImagenetClass {
  /** WordNet id, such as `n01440764`. */
  readonly wnid: string;
  /** First lemma with underscores for spaces, as Keras' `decode_predictions` names it. */
  readonly description: string;
}

let classes: readonly ImagenetClass[] | undefined;

/** The 1000 classes in the order of every network's probabilities. */
export function imagenetClasses(): readonly ImagenetClass[] {
  return (classes ??= read());
}

function read(): ImagenetClass[] {
  const lines = readFileSync(path.join(packageFolder(), 'models', 'imagenet', 'classes.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const [wnid, description] = line.split('\t') as [string, string];
    return { wnid, description };
  });
}
