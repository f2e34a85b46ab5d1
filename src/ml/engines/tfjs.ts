import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';
import { error } from '../../errors.js';

export type Tfjs = typeof tfjs;

export interface TfjsEngine {
  readonly tf: Tfjs;
  /** Package, version and backend, and what would be faster. */
  readonly description: string;
}

export type Import = (name: string) => Promise<unknown>;

const candidates = [
  { name: '@tensorflow/tfjs-node-gpu', backend: 'tensorflow', words: 'TensorFlow with CUDA' },
  { name: '@tensorflow/tfjs-node', backend: 'tensorflow', words: 'TensorFlow on the CPU' },
  { name: '@tensorflow/tfjs-backend-wasm', backend: 'wasm', words: 'WebAssembly' },
  { name: '@tensorflow/tfjs', backend: 'cpu', words: 'plain JavaScript' },
] as const;

/**
 * TF.js by what loads here, the fastest first: tfjs-node-gpu, tfjs-node, WebAssembly, plain JavaScript. WebAssembly has no gradients of convolutions and
 * embeddings: `allGradients` passes it over. Throws HW_TFJS_MISSING when there is none.
 */
export async function loadTfjs(allGradients: boolean, load: Import = (name) => import(name)): Promise<TfjsEngine> {
  restoreUtil();
  const missing: string[] = [];
  for (const { name, backend, words } of candidates) {
    if (backend === 'wasm' && allGradients) continue;
    const found = await load(name).catch(() => undefined);
    if (found === undefined) {
      missing.push(name);
      continue;
    }
    const tf = moduleOf(backend === 'wasm' ? await load('@tensorflow/tfjs') : found);
    await tf.setBackend(backend);
    await tf.ready();
    const faster = missing.filter((other) => other.startsWith('@tensorflow/tfjs-node'));
    const advice = faster.length > 0 ? `; faster where it can be installed: ${faster.toReversed().join(', ')}` : '';
    return { tf, description: `TF.js ${tf.version.tfjs} on ${backend} (${words})${advice}` };
  }
  throw error('HW_TFJS_MISSING', {});
}

function moduleOf(found: unknown): Tfjs {
  return ((found as { default?: Tfjs }).default ?? found) as Tfjs;
}

/** tfjs-node 4 calls two functions that Node 23 took out of `util`; they are put back where they are missing. */
export function restoreUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}
