import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';

import { sampleCamera } from '../../src/demo/sample-camera.js';
import { runReadmeExample } from '../readme-example.js';
import { describeShared, sharedData } from '../shared.js';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'headwater-readme-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The sample camera's pictures of two regions of the road, in one folder a label. */
async function cropSample(photos: string): Promise<void> {
  const { camera, frames } = await sampleCamera();
  for (const { name, polygon } of camera.regions.filter(({ name }) => ['gate', 'west'].includes(name))) {
    const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
    const box = {
      left: Math.min(...xs),
      top: Math.min(...ys),
      width: Math.max(...xs) - Math.min(...xs),
      height: Math.max(...ys) - Math.min(...ys),
    };
    for (const { file, labels } of frames) {
      const folder = path.join(photos, labels.get(name)!);
      await mkdir(folder, { recursive: true });
      await sharp(file)
        .extract(box)
        .toFile(path.join(folder, `${name}-${path.basename(file)}`));
    }
  }
}

it('learns as README prints it whether a road is free, from the sample camera', async () => {
  const folder = await newFolder();
  await cropSample(path.join(folder, 'photos'));
  const { accuracies, stages } = await runReadmeExample(folder);
  expect(accuracies).toHaveLength(3);
  expect(Math.max(...accuracies)).toBeGreaterThanOrEqual(0.9);
  expect(stages).toBe(3);
});

describeShared('transfer learning on traffic lights', () => {
  it('reaches the accuracy that the data is known for, 0.993 in five folds', async () => {
    const folder = await newFolder();
    for (const part of ['training', 'test']) {
      for (const label of await readdir(path.join(sharedData('traffic-lights'), part))) {
        await cp(path.join(sharedData('traffic-lights'), part, label), path.join(folder, 'photos', label), { recursive: true });
      }
    }
    const { accuracies } = await runReadmeExample(folder);
    expect(Math.max(...accuracies)).toBeGreaterThanOrEqual(0.99);
  });
});
