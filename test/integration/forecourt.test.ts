import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import {
  CameraFormat,
  CAMERAS_TOPIC,
  FeatureEvent,
  fitHead,
  ImageEvent,
  LabelEvent,
  MemoryLog,
  PredictionEvent,
  readRecords,
  Runtime,
  topicWriter,
  type App,
  type Head,
} from 'headwater';
import { closeLanes } from '../../src/ml/engines/lane-pool.js';
import featurize from '../../topologies/featurize.js';
import predict from '../../topologies/predict.js';
import retrain from '../../topologies/retrain.js';
import { describeShared, sharedData } from '../shared.js';

const sides = ['left', 'right'] as const;
type Side = (typeof sides)[number];
const camera = { camera: 'forecourt', width: 768, height: 432 };
const halves = sides.map((name, at) => ({ name, polygon: rectangle(at * 384, at * 384 + 384) }));
/** Frames, 80 ms each, by which a label comes after its own. */
const late = 60;
/** The penalty that the loop begins with. */
const penalty = 100;

function rectangle(left: number, right: number) {
  return [[left, 0], [right, 0], [right, 432], [left, 432]] as const; // prettier-ignore
}

interface Frame extends Readonly<Record<Side, string>> {
  readonly file: string;
  readonly capturedAt: number;
}

async function until(fact: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await fact())) await new Promise((resolve) => setTimeout(resolve, 1));
}

describeShared('the loop on a real forecourt, its labels 60 frames late', () => {
  let log: MemoryLog;
  let runtime: Runtime;
  let frames: readonly Frame[];
  let features: Record<Side, FeatureEvent[]>;
  beforeAll(async () => {
    log = new MemoryLog();
    runtime = await Runtime.open({ log });
    frames = await readFrames();
    features = await featurizeFrames();
  });
  afterAll(async () => {
    await runtime.close();
    await log.close();
    await closeLanes();
  });

  it('is by the end of the stream at 0.95 or more of heads that are trained offline on the same past frames', async () => {
    const predictions = await live();
    const score = { judged: 0, ours: 0, offline: 0, answered: 0, answeredRight: 0, answeredOffline: 0 };
    for (const side of sides) {
      let rival: Head | undefined;
      frames.forEach((frame, at) => {
        if (at % 5 === 0) rival = offlineHead(side, at);
        if (rival === undefined) return;
        const { label, head } = predictions[side].get(frame.capturedAt)!;
        const [first, second] = rival.predict(features[side][at]!.features);
        const [right, offlineRight] = [label, rival.labels[first! >= second! ? 0 : 1]].map((answer) =>
          answer === frame[side] ? 1 : 0,
        ) as [number, number];
        score.judged += 1;
        score.ours += right;
        score.offline += offlineRight;
        if (head.name === 'classifier') return; // before the first head: counted as wrong above
        score.answered += 1;
        score.answeredRight += right;
        score.answeredOffline += offlineRight;
      });
    }
    const { judged, ours, offline, answered, answeredRight, answeredOffline } = score;
    const accuracy = (right: number, of: number): string => (right / of).toFixed(4);
    console.info(`all ${judged} frames that an offline head could answer: ${accuracy(ours, judged)}, offline ${accuracy(offline, judged)}`);
    console.info(
      `the ${answered} that a head answered: ${accuracy(answeredRight, answered)}, offline ${accuracy(answeredOffline, answered)}`,
    );
    expect(offline / judged).toBeGreaterThan(0.95);
    expect(ours / offline).toBeGreaterThanOrEqual(0.95);
    expect(answeredRight / answeredOffline).toBeGreaterThanOrEqual(0.98);
  });

  async function readFrames(): Promise<Frame[]> {
    const [header, ...lines] = (await readFile(path.join(sharedData('forecourt'), 'labels.csv'), 'utf8')).trim().split('\n');
    const columns = header!.trim().split(',');
    return lines.map((line) => {
      const cells = new Map(
        line
          .trim()
          .split(',')
          .map((cell, at) => [columns[at], cell]),
      );
      const [file, offset, left, right] = ['frame', 'offset_ms', 'left', 'right'].map((column) => cells.get(column)!);
      return { file: file!, capturedAt: Number(offset), left: left!, right: right! };
    });
  }

  /** Features of both halves of every frame, as the topology writes them. */
  async function featurizeFrames(): Promise<Record<Side, FeatureEvent[]>> {
    const { registry } = runtime;
    await write(CAMERAS_TOPIC, CameraFormat, [{ key: camera.camera, value: { ...camera, regions: halves } }]);
    await until(() => runtime.cameras.camera(camera.camera) !== undefined);
    const app = await runtime.run(featurize);
    for (const { file, capturedAt } of frames) {
      const bytes = await readFile(path.join(sharedData('forecourt'), 'frames', file));
      const value = { ...camera, capturedAt, encoding: 'image/jpeg', bytes, uri: null, sha256: null, attributes: {} };
      await write('camera-frames', ImageEvent, [{ key: camera.camera, value, timestamp: capturedAt }]);
    }
    await until(() => app.idle());
    await app.stop();
    const found: Record<Side, FeatureEvent[]> = { left: [], right: [] };
    const serde = FeatureEvent.bind({ topic: 'features', side: 'value', registry });
    for await (const { value: bytes } of readRecords(log, 'features')) {
      const value = await serde.deserialize(bytes);
      found[value.region as Side].push(value);
    }
    return found;
  }

  function write<T>(
    topic: string,
    format: Parameters<typeof topicWriter<T>>[0]['format'],
    records: Parameters<ReturnType<typeof topicWriter<T>>>[0],
  ) {
    return topicWriter({ log, registry: runtime.registry, topic, format })(records);
  }

  /** The stream frame by frame through predict and retrain, on a log of its own: predictions first, then the labels of 60 frames ago. */
  async function live(): Promise<Record<Side, Map<number, PredictionEvent>>> {
    const stream = new MemoryLog();
    const job = await Runtime.open({ log: stream });
    const { registry } = job;
    const apps: App[] = [await job.run(predict), await job.run(retrain)];
    const [predicting, training] = apps as [App, App];
    const writeFeatures = topicWriter({ log: stream, registry, topic: 'features', format: FeatureEvent });
    const writeLabels = topicWriter({ log: stream, registry, topic: 'labels', format: LabelEvent });
    for (const [at, { capturedAt }] of frames.entries()) {
      const now = { timestamp: capturedAt };
      await writeFeatures(sides.map((side) => ({ key: `forecourt/${side}`, value: features[side][at]!, ...now })));
      await until(() => predicting.idle());
      const past = frames[at - late];
      if (past === undefined) continue;
      const about = { camera: camera.camera, capturedAt: past.capturedAt, source: 'csv', predictionId: null, labelledAt: capturedAt };
      await writeLabels(sides.map((side) => ({ key: `forecourt/${side}`, value: { ...about, region: side, label: past[side] }, ...now })));
      await until(() => training.idle());
    }
    const found: Record<Side, Map<number, PredictionEvent>> = { left: new Map(), right: new Map() };
    const serde = PredictionEvent.bind({ topic: 'predictions', side: 'value', registry });
    for await (const { value } of readRecords(stream, 'predictions')) {
      const prediction = await serde.deserialize(value);
      found[prediction.region as Side].set(prediction.capturedAt, prediction);
    }
    for (const app of apps) await app.stop();
    await job.close();
    await stream.close();
    return found;
  }

  /** A head that is trained offline on all frames whose labels have come before frame `at`; undefined while they show one label. */
  function offlineHead(side: Side, at: number): Head | undefined {
    const known = frames.slice(0, Math.max(0, at - late));
    const labels = known.map((frame) => frame[side]);
    if (new Set(labels).size < 2) return undefined;
    const x = Float32Array.from(known.flatMap((_, row) => [...features[side][row]!.features]));
    return fitHead(x, labels, { name: 'offline', regParam: penalty / known.length });
  }
});
