import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';

import {
  confidenceDrift,
  FeatureEvent,
  joinLabels,
  LabelEvent,
  ModelEvent,
  PredictionEvent,
  retrain,
  topology,
  type ModelDrift,
  type ModelVersion,
} from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { feature, label, prediction, range } from '../gate-camera.js';

const head = 'occupied';
const watching = topology('watching', ({ source, sink }) => {
  const examples = source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'examples' }));
  const drifts = source('predictions', PredictionEvent).pipe(confidenceDrift({ head }));
  sink('models', ModelEvent, examples.pipe(retrain({ head, every: 40, growth: 0, coolDown: 10, gapMs: 2, penalties: [1], drifts })));
});

/** How sure a head of the network's features is of the sample camera's frames, and of the same frames from a camera that was pushed. */
interface Confidences {
  readonly day: { readonly confidence: readonly number[] };
  readonly 'camera-moved': { readonly confidence: readonly number[] };
}
const streams = JSON.parse(readFileSync(new URL('../../golden/drift/streams.json', import.meta.url), 'utf8')) as {
  readonly junction: { readonly heads: Readonly<Record<string, Confidences>> };
};
const { day, 'camera-moved': moved } = streams.junction.heads['west']!;

let driver: TopologyDriver;
afterEach(() => driver.close());

/** Frames from a number on, predicted by a version as surely as `confidences` say, and labelled. */
async function live(from: number, version: string, confidences: readonly number[]): Promise<void> {
  const times = range(from, from + confidences.length);
  await driver.pipe('features', FeatureEvent, times.map(feature));
  await driver.pipe(
    'predictions',
    PredictionEvent,
    times.map((at, index) => {
      const { value, ...record } = prediction(at, version);
      const sure = confidences[index]!;
      return { ...record, value: { ...value, probabilities: value.label === 'clear' ? [sure, 1 - sure] : [1 - sure, sure] } };
    }),
  );
  await driver.pipe(
    'labels',
    LabelEvent,
    times.map((at) => label(at)),
  );
}

async function written(): Promise<{ readonly drifts: readonly ModelDrift[]; readonly versions: readonly ModelVersion[] }> {
  const events = (await driver.read('models', ModelEvent)).map(({ value }) => value);
  return {
    drifts: events.flatMap((event) => (event.kind === 'drift' ? [event] : [])),
    versions: events.flatMap((event) => (event.kind === 'version' ? [event] : [])),
  };
}

describe('confidenceDrift', () => {
  it('sets a training off when a head has become less sure on a real camera that was pushed, and none while people come and go', async () => {
    driver = await TopologyDriver.start(watching);
    const quiet = [...day.confidence, ...day.confidence];
    await live(0, 'one', quiet);
    expect((await written()).drifts).toEqual([]);
    await driver.restart();
    await live(quiet.length, 'one', moved.confidence);
    const { drifts, versions } = await written();
    expect(drifts[0]).toMatchObject({
      head: 'occupied@gate/left',
      reason: expect.stringMatching(/^drift: Page-Hinkley \d\.\d on the confidence$/) as string,
    });
    expect(drifts[0]!.at - quiet.length).toBeGreaterThan(0);
    expect(drifts[0]!.at - quiet.length).toBeLessThan(60);
    expect(versions.filter(({ reason }) => reason === drifts[0]!.reason)).toHaveLength(1);
  });

  it('begins anew with each version, which is sure in a way of its own', async () => {
    driver = await TopologyDriver.start(watching);
    const steady = (confidence: number) => Array<number>(100).fill(confidence);
    await live(0, 'one', steady(0.95));
    await live(100, 'two', steady(0.7));
    expect((await written()).drifts).toEqual([]);
    await live(200, 'two', steady(0.95));
    expect((await written()).drifts).toHaveLength(1);
  });
});
