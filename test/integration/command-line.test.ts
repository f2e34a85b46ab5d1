import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

import { ImageEvent, LocalLog, LogRegistry } from '../../src/index.js';
import { imageEvent } from '../hostile/bad-events.js';
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

describe('run --blobs', () => {
  it('scores pictures that lie in a directory beside the log, in their order, and no others', async () => {
    const at = await newDirectory();
    const pictures = await mkdtemp(path.join(tmpdir(), 'headwater-blobs-'));
    onTestFinished(() => rm(pictures, { recursive: true }));
    const frames = 'topologies/sample/junction/frames';
    const names = (await readdir(frames)).sort().slice(0, 20);
    for (const name of names) await copyFile(path.join(frames, name), path.join(pictures, name));
    const log = LocalLog.open(at);
    const serde = ImageEvent.bind({ topic: 'camera-frames', side: 'value', registry: new LogRegistry(log) });
    const claim = async (folder: string, name: string, n: number) => {
      const sha256 = createHash('sha256')
        .update(await readFile(path.join(folder, name)))
        .digest('hex');
      const uri = pathToFileURL(path.resolve(folder, name)).href;
      return serde.serialize(imageEvent({ camera: 'cam', capturedAt: n, uri, sha256 }));
    };
    await log.createTopics([{ name: 'camera-frames', partitions: 1 }]);
    for (const [n, name] of names.entries()) {
      const outside = n === 7;
      await log.append([{ topic: 'camera-frames', key: Buffer.from('cam'), value: await claim(outside ? frames : pictures, name, n) }]);
    }
    await log.close();
    const scored: unknown = JSON.parse(await headwater('run', 'score', '--until-idle', '--blobs', pictures, '--log', at, '--json'));
    expect(scored).toMatchObject({ recordsIn: 20, deadLettered: 1, written: { predictions: 19 } });
    const lines = (await headwater('tail', 'predictions', '--log', at, '--json')).trim().split('\n');
    const offsets = lines.map((line) => (JSON.parse(line) as Prediction).value.frame.offset);
    expect(offsets).toEqual(names.map((_, n) => n).filter((n) => n !== 7));
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
