import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeInputs } from '../crash/crash-records.js';
import { killUntilDone } from '../crash/kill-until-done.js';
import { expectUndisturbed } from '../crash/undisturbed.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';
import { uniformAt } from '../../src/ml/random.js';

function drawn(seed: number): () => number {
  let index = 0;
  return () => uniformAt(seed, index++);
}

describe('killed at any moment, on the embedded log', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'headwater-crash-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('commits after 30 kills what one undisturbed run commits, per key and in order', async () => {
    await writeInputs(directory, 2);
    const { kills, killedAtWork } = await killUntilDone([directory, '30000', '4'], 30, drawn(1));
    expect(kills).toBe(30);
    expect(killedAtWork).toBeGreaterThanOrEqual(20);
    await expectUndisturbed(directory);
  });
});

describeKafka('killed at any moment, on Kafka', () => {
  it('commits after 30 kills what one undisturbed run commits, per key and in order', async () => {
    const { brokers } = await sharedKafka();
    const location = `kafka://${brokers.join(',')}`;
    await writeInputs(location, 2);
    const { kills, killedAtWork } = await killUntilDone([location, '1000'], 30, drawn(2));
    expect(kills).toBe(30);
    expect(killedAtWork).toBeGreaterThanOrEqual(20);
    await expectUndisturbed(location);
  });
});
