import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

import { startKafka } from '../kafka/kafka.js';
import { describeKafka } from '../kafka/shared-kafka.js';
import { describeShared, sharedData } from '../shared.js';

const run = promisify(execFile);

async function headwater(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['dist/src/cli/main.js', ...args], { maxBuffer: 256 * 1024 * 1024 });
  return stdout;
}

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'headwater-command-line-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return path.join(directory, 'log');
}

async function newKafka(): Promise<string> {
  const kafka = await startKafka();
  onTestFinished(() => kafka.stop());
  return `kafka://${kafka.brokers.join(',')}`;
}

interface Prediction {
  readonly key: string;
  readonly value: { readonly capturedAt: number; readonly frame: { readonly partition: number; readonly offset: number } };
}

/** Produces the frames, scores them, and expects one prediction a frame in their order; a second run finds nothing to do. */
async function expectOnePredictionPerFrame(images: string, log: string): Promise<void> {
  const count = (await readdir(images)).length;
  const at = ['--log', log, '--json'];
  const produced = await headwater('produce', 'camera-frames', '--images', images, '--key', 'cam', '--from-time', '0', ...at);
  expect(JSON.parse(produced)).toEqual({ topic: 'camera-frames', written: count });
  const scored: unknown = JSON.parse(await headwater('run', 'score', '--until-idle', ...at));
  expect(scored).toMatchObject({ recordsIn: count, deadLettered: 0, written: { predictions: count, features: count } });
  const again: unknown = JSON.parse(await headwater('run', 'score', '--until-idle', ...at));
  expect(again).toMatchObject({ recordsIn: 0, written: {} });
  const lines = (await headwater('tail', 'predictions', ...at)).trim().split('\n');
  const predictions = lines.map((line) => JSON.parse(line) as Prediction);
  expect(new Set(predictions.map(({ key }) => key))).toEqual(new Set(['cam/frame']));
  expect(predictions.map(({ value }) => value.capturedAt)).toEqual(Array.from({ length: count }, (_, frame) => frame * 100));
  expect(predictions.map(({ value }) => value.frame.offset)).toEqual(Array.from({ length: count }, (_, frame) => frame));
}

describe('produce, run, tail', () => {
  it('gives one prediction per frame of the sample camera, on the embedded log', async () => {
    await expectOnePredictionPerFrame('topologies/sample/junction/frames', await newDirectory());
  });
});

describeShared('produce, run, tail on a longer recording', () => {
  const frames = path.join(sharedData('forecourt'), 'frames');

  it('gives one prediction per frame on the embedded log', async () => {
    await expectOnePredictionPerFrame(frames, await newDirectory());
  });

  describeKafka('with a broker', () => {
    it('gives one prediction per frame on Kafka', async () => {
      await expectOnePredictionPerFrame(frames, await newKafka());
    });
  });
});
