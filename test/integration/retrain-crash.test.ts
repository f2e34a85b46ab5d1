import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openLog, replayVersion, Runtime } from 'headwater';

import { uniformAt } from '../../src/ml/random.js';
import { JobProcess } from '../crash/job-process.js';
import { killUntilDone } from '../crash/kill-until-done.js';
import { committedModels, writeLabelledFrames } from '../crash/labelled-frames.js';

describe('retraining killed at any moment', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'headwater-retrain-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** Kills the job so many times and lets it end; expects what an undisturbed run commits, and gives it. */
  async function expectUndisturbed(kills: number, ...how: string[]): Promise<Map<string, string[]>> {
    const [disturbed, undisturbed] = ['disturbed', 'undisturbed'].map((name) => path.join(directory, [name, ...how].join('-')));
    for (const location of [disturbed!, undisturbed!]) await writeLabelledFrames(location);
    await new JobProcess([undisturbed!, '2', ...how], 'retrain-job').succeed();
    let draw = 0;
    const attempts = await killUntilDone([disturbed!, '2', ...how], kills, () => uniformAt(3, draw++), 'retrain-job');
    expect(attempts.kills).toBe(kills);
    expect(attempts.killedAtWork).toBeGreaterThanOrEqual((kills * 2) / 3);

    const models = await committedModels(disturbed!);
    expect(models).toEqual(await committedModels(undisturbed!));
    expect([...models.keys()].sort()).toEqual(['occupied@gate/left', 'occupied@gate/right']);
    const log = await openLog(disturbed!);
    const runtime = await Runtime.open({ log });
    const champions = runtime.modelRegistry.aliases().filter(({ alias }) => alias === 'champion');
    expect(champions.map(({ head }) => head).sort()).toEqual(['occupied@gate/left', 'occupied@gate/right']);
    for (const { head, version } of champions) expect(runtime.modelRegistry.champions.get(head)?.version).toBe(version);
    for (const version of runtime.modelRegistry.versions()) {
      expect(await replayVersion(log, runtime.registry, version)).toMatchObject({ equal: true, version: version.version });
    }
    await runtime.close();
    await log.close();
    return models;
  }

  it('registers after 30 kills the versions, verdicts and promotions of an undisturbed run, and one champion a head', async () => {
    await expectUndisturbed(30);
  });

  it('takes challengers after 9 kills through the same shadows and canaries as an undisturbed run, trains on the same capped examples and prunes the same versions', async () => {
    const events = [...(await expectUndisturbed(9, 'rollout')).values()].flat();
    expect(events.filter((event) => event.startsWith('champion') && event.includes('after shadow and a canary of 20 %'))).not.toEqual([]);
    expect(events.filter((event) => event.startsWith('tombstone')).length).toBeGreaterThan(1);
  });
});
