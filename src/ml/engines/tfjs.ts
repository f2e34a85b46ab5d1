import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';
import { error } from '../../errors.js';

export type Tfjs = typeof tfjs;

export interface TfjsEngine {
  readonly tf: Tfjs;
  /** Package, version and backend, and what would be faster. */
  readonly description: string;
}

/** Packages that are a backend alone; TF.js itself is another. */
const isBackendOnly = new Set<string>(['wasm', 'webgpu']);

export type Import = (name: string) => Promise<unknown>;

const candidates = [
  { name: '@tensorflow/tfjs-node-gpu', backend: 'tensorflow', words: 'TensorFlow with CUDA' },
  { name: '@tensorflow/tfjs-backend-webgpu', backend: 'webgpu', words: 'WebGPU' },
  { name: '@tensorflow/tfjs-node', backend: 'tensorflow', words: 'TensorFlow on the CPU' },
  { name: '@tensorflow/tfjs-backend-wasm', backend: 'wasm', words: 'WebAssembly' },
  { name: '@tensorflow/tfjs', backend: 'cpu', words: 'plain JavaScript' },
] as const;

/**
 * TF.js by what loads here, the fastest first: tfjs-node-gpu, WebGPU where there is a GPU, tfjs-node, WebAssembly, plain JavaScript. WebAssembly has no gradients of convolutions and
 * embeddings: `allGradients` passes it over. Throws HW_TFJS_MISSING when there is none.
 */
export async function loadTfjs(allGradients: boolean, load: Import = (name) => import(name)): Promise<TfjsEngine> {
  restoreUtil();
  const missing: string[] = [];
  for (const { name, backend, words } of candidates) {
    if (backend === 'wasm' && allGradients) continue;
    if (backend === 'webgpu' && !(await openWebGpu(load))) continue;
    const found = await load(name).catch(() => undefined);
    if (found === undefined) {
      missing.push(name);
      continue;
    }
    const tf = moduleOf(isBackendOnly.has(backend) ? await load('@tensorflow/tfjs') : found);
    await tf.setBackend(backend);
    await tf.ready();
    const faster = missing.filter((other) => other.startsWith('@tensorflow/tfjs-node'));
    const advice = faster.length > 0 ? `; faster where it can be installed: ${faster.toReversed().join(', ')}` : '';
    return { tf, description: `TF.js ${tf.version.tfjs} on ${backend} (${words})${advice}` };
  }
  throw error('HW_TFJS_MISSING', {});
}

/** The part of WebGPU, and of Dawn's package for Node, that is used. */
interface Gpu {
  requestAdapter(): Promise<{ readonly info?: { readonly architecture?: string; readonly isFallbackAdapter?: boolean } } | null>;
}
interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  readonly globals: object;
}

/**
 * Gives this thread `navigator.gpu` where the package `webgpu` finds a GPU; one in software only where HEADWATER_DEVICE asks for WebGPU,
 * and none where it asks for the CPU.
 */
async function openWebGpu(load: Import): Promise<boolean> {
  if (process.env['HEADWATER_DEVICE'] === 'cpu') return false;
  const dawn = (await load('webgpu').catch(() => undefined)) as Dawn | undefined;
  if (dawn === undefined) return false;
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter().catch(() => null);
  const isSoftware = adapter?.info?.isFallbackAdapter === true || adapter?.info?.architecture === 'swiftshader';
  if (adapter === null || (isSoftware && process.env['HEADWATER_DEVICE'] !== 'webgpu')) return false;
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'Node.js' }, configurable: true });
  return true;
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
