import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  CameraFormat,
  CAMERAS_TOPIC,
  MemoryLog,
  PredictionEvent,
  readRecords,
  Runtime,
  startConnectWorker,
  topicWriter,
  type App,
  type ConnectWorker,
} from 'headwater';
import { simulatedCameraSource } from '../../connectors/simulated-camera-source/simulated-camera-source.js';
import { bays } from '../../connectors/simulated-camera-source/street-scene.js';
import { Street } from '../../connectors/simulated-camera-source/street.js';
import { closeLanes } from '../../src/ml/engines/lane-pool.js';
import retrain from '../../topologies/retrain.js';
import score from '../../topologies/score.js';
import { until } from '../connect/until.js';

const FRAMES = 120;
const SHIFT = 90;
const FPS = 2.5;
const START = 1_700_000_000_000;
const street = { seed: 5, occupancy: 0.5, dwellFrames: 6, schedule: [`${SHIFT}:moved`] };

let log: MemoryLog;
let runtime: Runtime;
let apps: readonly App[];
let worker: ConnectWorker;
beforeAll(async () => {
  log = new MemoryLog();
  runtime = await Runtime.open({ log });
  const regions = bays.map(({ name, left, top }) => {
    const [right, bottom] = [left + 112, top + 112];
    return { name, polygon: [[left, top], [right, top], [right, bottom], [left, bottom]] as const }; // prettier-ignore
  });
  const write = topicWriter({ log, registry: runtime.registry, topic: CAMERAS_TOPIC, format: CameraFormat });
  await write([{ key: 'street-1', value: { camera: 'street-1', width: 512, height: 384, regions } }]);
  await until(() => runtime.cameras.camera('street-1') !== undefined);
  apps = [await runtime.run(score), await runtime.run(retrain)];
  worker = await startConnectWorker({ log, connectors: [simulatedCameraSource] });
});
afterAll(async () => {
  await worker.stop();
  for (const app of apps) await app.stop();
  await runtime.close();
  await log.close();
  await closeLanes();
});

it('gives heads, trained live on simulated labels, that are right until the camera is pushed', async () => {
  await worker.herder.create('street', {
    'connector.class': 'SimulatedCameraSource',
    fps: String(FPS),
    frames: String(FRAMES),
    start: String(START),
    seed: String(street.seed),
    'dwell.frames': String(street.dwellFrames),
    schedule: street.schedule.join(),
    'labels.late.frames': '3',
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'io.confluent.connect.avro.AvroConverter',
  });
  await until(async () => (await predictions()).length >= FRAMES * bays.length, 200_000);

  const simulated = new Street(street, 1);
  const right = new Map<number, boolean[]>();
  for (const { capturedAt, region, label, head } of await predictions()) {
    const frame = Math.round(((capturedAt - START) * FPS) / 1000);
    const truth = new Map<string, string>(simulated.labels(frame)).get(region);
    // Before its first head a region has the network's own classifier.
    if (head.name !== 'classifier') right.set(frame, [...(right.get(frame) ?? []), label === truth]);
  }
  const accuracy = (from: number, to: number): number => {
    const verdicts = [...right].flatMap(([frame, list]) => (frame >= from && frame < to ? list : []));
    expect(verdicts.length).toBeGreaterThan(2 * (to - from));
    return verdicts.filter(Boolean).length / verdicts.length;
  };
  const before = accuracy(SHIFT - 30, SHIFT);
  const after = accuracy(SHIFT, SHIFT + 10);
  console.info(`accuracy of the 30 frames before the camera was pushed ${before.toFixed(3)}, of the 10 after it ${after.toFixed(3)}`);
  expect(before).toBeGreaterThan(0.9);
  expect(after).toBeLessThan(before - 0.1);
});

async function predictions(): Promise<PredictionEvent[]> {
  const serde = PredictionEvent.bind({ topic: 'predictions', side: 'value', registry: runtime.registry });
  const found: PredictionEvent[] = [];
  for await (const { value } of readRecords(log, 'predictions')) found.push(await serde.deserialize(value));
  return found;
}
