import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';

import { type Camera, detector, ImageEvent, LabelEvent, LanePool, type Models } from '../../src/index.js';
import { sampleCamera } from '../../src/demo/sample-camera.js';
import { TopologyDriver } from '../../src/testing/index.js';
import teach from '../../topologies/teach.js';

const lanes = new LanePool({ count: 1, device: 'cpu' });
const network = detector({ lanes });
afterAll(() => lanes.close());

const models: Models = {
  detector: () => ({ name: network.name, apply: ({ image }) => network.apply(image) }),
  featurizer: () => expect.fail('teach has no featurizer'),
  head: () => expect.fail('teach has no head'),
};
const { camera, frames } = await sampleCamera();

function event(id: string, file: string, capturedAt: number): ImageEvent {
  const picture = { encoding: 'image/jpeg', width: camera.width, height: camera.height, bytes: readFileSync(file) };
  return { camera: id, capturedAt, ...picture, uri: null, sha256: null, attributes: {} };
}

async function labelled(cameras: readonly Camera[], events: readonly ImageEvent[]): Promise<LabelEvent[]> {
  const driver = await TopologyDriver.start(teach, { models, cameras });
  const inputs = events.map((value) => ({ key: value.camera, value, timestamp: value.capturedAt }));
  await driver.pipe('camera-frames', ImageEvent, inputs);
  const labels = await driver.read('labels', LabelEvent);
  for (const { key, value } of labels) expect(key).toBe(`${value.camera}/${value.region}`);
  await driver.close();
  return labels.map(({ value }) => value);
}

it('labels every region of a frame, mostly as the truth has it', async () => {
  const some = frames.filter((_, index) => index % 8 === 0);
  const labels = await labelled(
    [camera],
    some.map(({ file, offsetMs }) => event(camera.camera, file, offsetMs)),
  );
  expect(labels.map(({ region, capturedAt, source }) => [region, capturedAt, source])).toEqual(
    some.flatMap(({ offsetMs }) => camera.regions.map(({ name }) => [name, offsetMs, 'detector'])),
  );
  const truth = new Map(some.map(({ offsetMs, labels: true_ }) => [offsetMs, true_]));
  const right = labels.filter(({ region, capturedAt, label }) => truth.get(capturedAt)!.get(region) === label);
  expect(right.length / labels.length).toBeGreaterThan(0.8);
});

it('labels the whole frame of a camera without regions', async () => {
  const labels = await labelled([], [event('other', frames[0]!.file, 7)]);
  expect(labels).toMatchObject([{ camera: 'other', region: 'frame', capturedAt: 7, label: 'occupied' }]);
});

it('finds the regions of a camera that were drawn in another size', async () => {
  const half = (n: number) => n / 2;
  const regions = camera.regions.map(({ name, polygon }) => ({ name, polygon: polygon.map(([x, y]) => [half(x), half(y)] as const) }));
  const small = { camera: camera.camera, width: half(camera.width), height: half(camera.height), regions };
  const one = [event(camera.camera, frames[20]!.file, 0)];
  const plain = ({ region, label }: LabelEvent) => [region, label];
  expect((await labelled([small], one)).map(plain)).toEqual((await labelled([camera], one)).map(plain));
});
