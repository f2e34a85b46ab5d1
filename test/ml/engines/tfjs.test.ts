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
