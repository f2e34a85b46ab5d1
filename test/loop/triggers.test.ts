import { afterEach, describe, expect, it } from 'vitest';

import { FeatureEvent, joinLabels, LabelEvent, ModelEvent, retrain, topology } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { cronSchedule } from '../../src/loop/cron-schedule.js';
import { Triggers, type TriggerState } from '../../src/loop/triggers.js';
import { structured } from '../../src/serde/structured.js';
import { Store } from '../../src/topology/store.js';
import { feature, label, range } from './gate-camera.js';

const nightly = topology('nightly', ({ source, sink }) => {
  const examples = source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'join' }));
  sink(
    'models',
    ModelEvent,
    examples.pipe(retrain({ head: 'occupied', every: 1000, cron: '0 3 * * *', gapMs: 2, penalty: 1, penalties: [1] })),
  );
});

/** A region's triggers, all of whose examples are new to the champion. */
function triggers({ every = 20, enough = 20, growth = 0.1 } = {}) {
  const serde = structured<TriggerState>().bind({ topic: 'x', side: 'value', registry: undefined as never });
  const made = new Triggers(new Store('triggers', serde), { every, growth, window: 2000, coolDown: 5, enough });
  const due = (count: number, fresh = count, onTrial = false, headless = false) =>
    made.due('gate', { count, fresh: () => fresh, at: 0, capturedAt: count, onTrial, headless });
  return { made, due, between: (from: number, to: number) => range(from, to).flatMap((count) => due(count) ?? []) };
}

describe('triggers', () => {
  it('train every so many examples after the last training', () => {
    const { made, due, between } = triggers();
    expect(between(1, 20)).toEqual([]);
    expect(due(20)).toBe('20 new labels');
    made.onTraining('gate', 30);
    expect(between(31, 50)).toEqual([]);
    expect(due(50)).toBe('20 new labels');
  });

  it('train every tenth part more once that is more, up to a tenth of the window', () => {
    const { due } = triggers();
    const trainings = range(1, 6000).filter((count) => due(count) !== undefined);
    expect(trainings.slice(8, 13)).toEqual([180, 200, 220, 242, 267]);
    expect(trainings.slice(-3)).toEqual([5404, 5604, 5804]);
    const always = triggers({ growth: 0 });
    expect(range(1, 6000).filter((count) => always.due(count) !== undefined)).toHaveLength(299);
  });

  it('train after a quarter as many where the first so many made no head', () => {
    const { due } = triggers();
    expect(range(1, 31).filter((count) => due(count, count, false, true) !== undefined)).toEqual([20, 25, 30]);
  });

  it('train once after a drift, when it has cooled down and there is enough to judge on', () => {
    const { made, due, between } = triggers();
    expect(due(20)).toBe('20 new labels');
    expect(made.onDrift('gate', 'drift', 29)).toBe(true);
    expect(made.onDrift('gate', 'another', 30)).toBe(false);
    expect(range(29, 45).flatMap((count) => due(count, count - 25) ?? [])).toEqual([]); // the number of examples waits as well
    expect(due(45, 20)).toBe('drift');
    expect(between(46, 65)).toEqual([]);
    expect(due(65)).toBe('20 new labels');
  });

  it('go on by number until the first label of what came after a drift', () => {
    const { made, due, between } = triggers({ enough: 10 });
    expect(due(20)).toBe('20 new labels');
    made.onDrift('gate', 'drift', 50); // its labels come thirty examples later
    expect(due(40)).toBe('20 new labels');
    expect(between(41, 54)).toEqual([]);
    expect(due(54)).toBe('drift');
    expect(between(55, 74)).toEqual([]);
    expect(due(74)).toBe('20 new labels');
  });

  it('leave a challenger on trial alone, but for a drift', () => {
    const { made, due } = triggers();
    expect(due(25, 25, true)).toBeUndefined();
    made.onDrift('gate', 'drift', 26);
    expect(range(26, 31).flatMap((count) => due(count, 25, true) ?? [])).toEqual(['drift']);
  });
});

describe('a schedule', () => {
  let driver: TopologyDriver;
  afterEach(() => driver.close());

  it('trains with the first label at or after its time, once for all times that have passed meanwhile', async () => {
    driver = await TopologyDriver.start(nightly);
    const hour = 3_600_000;
    const day = async (from: number, frames: number) => {
      const times = range(0, frames).map((at) => from + at);
      await driver.pipe('features', FeatureEvent, times.map(feature));
      await driver.pipe(
        'labels',
        LabelEvent,
        times.map((at) => label(at)),
      );
    };
    await day(2 * hour, 30);
    await driver.restart(); // it is down at three, and the two nights after
    await day(72 * hour, 25);
    await day(74 * hour, 25);
    await day(76 * hour, 25);
    const versions = (await driver.read('models', ModelEvent)).flatMap(({ value }) => (value.kind === 'version' ? [value] : []));
    expect(versions.map(({ reason, trainedAt }) => [reason, trainedAt])).toEqual([
      ['first 31 labels', 72 * hour + 1000],
      ['cron 0 3 * * *', 76 * hour + 1000],
    ]);
  });
});

describe('cronSchedule', () => {
  it('gives the next time in UTC', () => {
    const at = (text: string) => Date.parse(text);
    expect(cronSchedule('30 2 * * 1')(at('2026-03-29T00:00:00Z'))).toBe(at('2026-03-30T02:30:00Z'));
    expect(cronSchedule('*/10 * * * * *')(at('2026-03-29T00:00:10Z'))).toBe(at('2026-03-29T00:00:20Z'));
  });
  it('refuses what is no pattern', () => {
    expect(() => cronSchedule('at three')).toThrow(expect.objectContaining({ code: 'HW_CRON' }) as Error);
  });
});
