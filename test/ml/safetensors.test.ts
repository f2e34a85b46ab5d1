import { expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../src/ml/safetensors.js';

const tensors = { w: { data: Float64Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] }, b: { data: Float32Array.of(0.5), shape: [1] } };

it('reads back what it wrote, aligned to 8 bytes', () => {
  const bytes = encodeSafetensors(tensors);
  expect(decodeSafetensors(bytes)).toEqual(tensors);
  expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
});

it('reads from a view into a larger buffer, as file reads give', () => {
  const bytes = encodeSafetensors(tensors);
  expect(decodeSafetensors(Buffer.concat([Buffer.alloc(8), bytes]).subarray(8))).toEqual(tensors);
});

it('gives equal bytes for equal tensors, whatever the order of their names', () => {
  expect(encodeSafetensors({ b: tensors.b, w: tensors.w })).toEqual(encodeSafetensors(tensors));
});

it('refuses truncated, overlong and foreign files', () => {
  const bytes = encodeSafetensors(tensors);
  for (const bad of [bytes.subarray(0, 4), bytes.subarray(0, bytes.length - 1), Buffer.from('not a tensor file at all')]) {
    expect(() => decodeSafetensors(bad)).toThrow(expect.objectContaining({ code: 'HW_SAFETENSORS' }));
  }
});
