import { createRequire } from 'node:module';
import type { Tensor4D } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { loadTfjs, restoreUtil } from '../../../src/ml/engines/tfjs.js';

/** Imports what is installed here, except the packages that `absent` matches. */
const without = (absent: RegExp) => (name: string) =>
  absent.test(name) ? Promise.reject(new Error(`Cannot find package '${name}'`)) : (import(name) as Promise<unknown>);

it('takes WebAssembly where tfjs-node is not there, and says what would be faster', async () => {
  const { tf, description } = await loadTfjs(false, without(/tfjs-node/));
  expect(tf.getBackend()).toBe('wasm');
  expect(description).toMatch(
    /on wasm \(WebAssembly\); faster where it can be installed: @tensorflow\/tfjs-node, @tensorflow\/tfjs-node-gpu/,
  );
});

it('passes WebAssembly over where all gradients are needed, which it has not', async () => {
  const { tf, description } = await loadTfjs(true, without(/tfjs-node/));
  expect(tf.getBackend()).toBe('cpu');
  expect(description).toMatch(/on cpu \(plain JavaScript\)/);
  const picture: Tensor4D = tf.ones([1, 3, 3, 1]);
  const gradient = tf.grad((kernel) => tf.conv2d(picture, kernel as Tensor4D, 1, 'valid').sum())(tf.ones([2, 2, 1, 1]));
  expect([...gradient.dataSync()]).toEqual([4, 4, 4, 4]);
  tf.dispose([picture, gradient]);
});

it('takes WebGPU where there is a GPU, and one in software only where it is asked for', async () => {
  const adapter = (architecture: string) => ({
    create: () => ({ requestAdapter: () => Promise.resolve({ info: { architecture } }) }),
    globals: {},
  });
  const asked: string[] = [];
  const withGpu = (architecture: string) => (name: string) => {
    asked.push(name);
    return name === 'webgpu' ? Promise.resolve(adapter(architecture)) : without(/tfjs-node|webgpu/)(name);
  };
  const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  try {
    await loadTfjs(true, withGpu('swiftshader'));
    expect(asked).not.toContain('@tensorflow/tfjs-backend-webgpu');
    await loadTfjs(true, withGpu('hopper'));
    expect(asked).toContain('@tensorflow/tfjs-backend-webgpu');
  } finally {
    if (navigator) Object.defineProperty(globalThis, 'navigator', navigator);
    else delete (globalThis as { navigator?: unknown }).navigator;
  }
});

it('says what to install when there is no TF.js at all', async () => {
  await expect(loadTfjs(true, without(/./))).rejects.toThrow(/TF\.js is not installed.*npm install @tensorflow\/tfjs/);
});

it('puts back what Node 23 took out of util and tfjs-node still calls', () => {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  const own = util['isNullOrUndefined'];
  delete util['isNullOrUndefined'];
  restoreUtil();
  const restored = util['isNullOrUndefined'] as (value: unknown) => boolean;
  expect([restored(null), restored(undefined), restored(0)]).toEqual([true, true, false]);
  util['isNullOrUndefined'] = own ?? restored;
});
