import { readFile } from 'node:fs/promises';
import { error, reasonOf } from '../../errors.js';
import { fileKey } from './model-cache.js';

/** The part of a Hugging Face tokenizer that is used; the library's own types cannot be resolved by NodeNext. */
export interface Tokenizer {
  encode(text: string): { readonly ids: readonly number[] };
}

interface Library {
  readonly Tokenizer: new (tokenizer: object, config: object) => Tokenizer;
}

const known = new Map<string, Promise<Tokenizer>>();

/** The tokenizer of a `tokenizer.json`, read once in a process; a file that has changed is read anew. Rejects with HW_MODEL_FILE. */
export function tokenizerOf(file: string): Promise<Tokenizer> {
  const key = fileKey('tokenizer', file);
  const found = known.get(key) ?? read(file);
  known.set(key, found);
  return found;
}

async function read(file: string): Promise<Tokenizer> {
  const { Tokenizer } = (await import('@huggingface/tokenizers')) as unknown as Library;
  try {
    return new Tokenizer(JSON.parse(await readFile(file, 'utf8')) as object, {});
  } catch (cause) {
    throw error('HW_MODEL_FILE', { file, problem: `it is no tokenizer.json (${reasonOf(cause)})` }, cause);
  }
}
