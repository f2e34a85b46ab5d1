import { createRequire } from 'node:module';
import { afterAll, expect, it } from 'vitest';
import { closeModels, Dataset, TFTransformer } from '../../../src/index.js';

const modelFile = new URL('../../golden/zoo/tensorflow/affine', import.meta.url).pathname;
const hasTfjsNode = isInstalled('@tensorflow/tfjs-node') || isInstalled('@tensorflow/tfjs-node-gpu');
afterAll(closeModels);

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url)(name);
    return true;
  } catch {
    return false;
  }
}

it.skipIf(!hasTfjsNode)('runs a SavedModel by the keys of its signature (skipped without tfjs-node)', async () => {
  const stage = new TFTransformer({ modelFile, inputMapping: { x: 'x' }, outputMapping: { y: 'y', z: 'z' } });
  const rows = await stage.transform(Dataset.fromRows([{ x: [1, 0, 0] }, { x: [1, 1, 9] }])).toRows();
  expect(rows.map(({ y, z }) => [[...(y as Float32Array)], z])).toEqual([
    [[1, 2], 1],
    [[49, 60], 9],
  ]);
});
