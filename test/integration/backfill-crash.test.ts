import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openLog, openRegistry, PredictionEvent, readRecords, type Log } from 'headwater';
import { uniformAt } from '../../src/ml/random.js';
import { JobProcess } from '../crash/job-process.js';
import { writeLabelledFrames } from '../crash/labelled-frames.js';

const topic = 'predictions-backfill-occupied';
const copies = 60;
const kills = 6;

describe('a back-fill killed at any moment', () => {
  let directory: string;
  let log: Log;
  let location: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'headwater-backfill-'));
    location = path.join(directory, 'log');
    await writeLabelledFrames(location);
    await new JobProcess([location, '128'], 'retrain-job').succeed();
    log = await openLog(location);
    const features = [];
    for await (const { topic: name, key, value, timestamp } of readRecords(log, 'features'))
      features.push({ topic: name, key, value, timestamp });
    for (let copy = 1; copy < copies; copy++) await log.append(features);
  });
  afterAll(async () => {
    await log.close();
    await rm(directory, { recursive: true, force: true });
  });

  const command = () => ['dist/src/cli/main.js', 'backfill', 'occupied', '--log', location, '--json'];
  const written = async (): Promise<number> => {
    const names = new Set((await log.topics()).map(({ name }) => name));
    const bounds = names.has(topic) ? await log.bounds(topic) : [];
    return bounds.reduce((sum, { latest }) => sum + latest, 0);
  };

  it('gives each prediction once, as a run that nobody disturbs', async () => {
    const features = (await log.bounds('features')).reduce((sum, { latest }) => sum + latest, 0);
    let killedAtWork = 0;
    for (let kill = 0; kill < kills; kill++) {
      const before = await written();
      const child = spawn(process.execPath, command(), { stdio: 'ignore' });
      const exited = once(child, 'exit');
      while (child.exitCode === null && (await written()) === before) await pause(2);
      await pause(uniformAt(5, kill) * 60);
      child.kill('SIGKILL');
      await exited;
      if (child.signalCode === 'SIGKILL') killedAtWork += 1;
    }
    expect(killedAtWork).toBe(kills);
    expect(await written()).toBeLessThan(features);

    const { stdout } = await promisify(execFile)(process.execPath, command());
    expect(JSON.parse(stdout)).toMatchObject({ resumed: true, finished: true, deadLettered: 0 });
    const disturbed = await predictions();
    expect(disturbed.flat()).toHaveLength(features);

    // The same features of the first copy give the same predictions in every copy: none is lost, repeated or out of order.
    const copy = disturbed.map((partition) => partition.slice(0, partition.length / copies));
    disturbed.forEach((partition, at) => expect(partition).toEqual(Array.from({ length: copies }, () => copy[at]).flat()));
  });

  /** What was predicted, partition by partition. */
  async function predictions(): Promise<string[][]> {
    const registry = openRegistry(log);
    const serde = PredictionEvent.bind({ topic, side: 'value', registry });
    const found: string[][] = (await log.bounds(topic)).map(() => []);
    for await (const { partition, value } of readRecords(log, topic)) {
      const { id, head, label, probabilities } = await serde.deserialize(value);
      found[partition]!.push(`${id} ${head.version} ${label} ${probabilities.join(' ')}`);
    }
    await registry.close();
    return found;
  }
});
