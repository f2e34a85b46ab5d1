import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { bytes, FeatureEvent, joinLabels, json, LabelEvent, topology, type Example, type JoinLabelsOptions } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { feature, label, range, region } from './gate-camera.js';

const joining = (options: Partial<JoinLabelsOptions> = {}) =>
  topology('joining', ({ source, sink }) => {
    const labels = source('labels', LabelEvent);
    sink('examples', json<Example>(), source('features', FeatureEvent).pipe(joinLabels(labels, { name: 'join', ...options })));
  });

let driver: TopologyDriver;
afterEach(() => driver.close());

const examples = async () => (await driver.read('examples', json<Example>())).map(({ value }) => value);
const joined = async () => (await examples()).map(({ capturedAt, label }) => [capturedAt, label]);
const outcomes = () => Object.fromEntries(driver.app.metrics.labels.get('join') ?? []);

it('makes one example of each labelled frame, whichever half comes first', async () => {
  driver = await TopologyDriver.start(joining());
  await driver.pipe('features', FeatureEvent, [feature(1), feature(2)]);
  await driver.pipe('labels', LabelEvent, [label(2), label(3), label(9)]);
  await driver.pipe('features', FeatureEvent, [feature(3)]);
  expect((await examples()).map(({ capturedAt, label, feature }) => [capturedAt, label, feature.offset])).toEqual([
    [2, 'occupied', 1],
    [3, 'clear', 2],
  ]);
  expect(outcomes()).toEqual({ joined: 2 });
});

it('takes a repeated label once and a correction as a new example', async () => {
  driver = await TopologyDriver.start(joining());
  await driver.pipe('features', FeatureEvent, [feature(1)]);
  await driver.pipe('labels', LabelEvent, [label(1), label(1), label(1, 'occupied')]);
  expect(await joined()).toEqual([
    [1, 'clear'],
    [1, 'occupied'],
  ]);
  expect(outcomes()).toEqual({ joined: 1, repeated: 1, corrected: 1 });
});

it('forgets frames behind the horizon, and counts labels whose frame never came', async () => {
  driver = await TopologyDriver.start(joining({ horizon: 50 }));
  await driver.pipe('labels', LabelEvent, [label(1000)]);
  await driver.pipe('features', FeatureEvent, range(0, 60).map(feature));
  await driver.pipe('labels', LabelEvent, [label(10), label(9)]);
  expect(await joined()).toEqual([[10, 'occupied']]);
  expect(outcomes()).toEqual({ joined: 1, unmatched: 1 });
});

it('refuses a label that is not keyed by its region', async () => {
  driver = await TopologyDriver.start(joining());
  await driver.pipe('features', FeatureEvent, [feature(1)]);
  await driver.pipe('labels', LabelEvent, [{ ...label(1), key: 'gate' }, label(1)]);
  expect(await joined()).toEqual([[1, 'clear']]);
  const [letter] = await driver.read('joining-dead-letter', bytes);
  const reason = letter!.headers.find(({ key }) => key === '__connect.errors.exception.message')?.value;
  expect(Buffer.from(reason!).toString()).toMatch(/the label has the key gate, expected gate\/left/);
});

describe('with a tolerance', () => {
  it('gives a label to the nearest frame, the earlier of two as near, and none beyond it', async () => {
    driver = await TopologyDriver.start(joining({ tolerance: 10 }));
    await driver.pipe('features', FeatureEvent, [feature(100), feature(108)]);
    await driver.pipe('labels', LabelEvent, [label(104, 'clear'), label(105, 'occupied'), label(119, 'clear'), label(118, 'clear')]);
    expect(await joined()).toEqual([
      [100, 'clear'],
      [108, 'occupied'],
      [108, 'clear'],
    ]);
  });

  it('lets a label wait for a frame, and gives it to one only', async () => {
    driver = await TopologyDriver.start(joining({ tolerance: 10 }));
    await driver.pipe('labels', LabelEvent, [label(100)]);
    await driver.pipe('features', FeatureEvent, [feature(95), feature(100), feature(101)]);
    await driver.pipe('labels', LabelEvent, [label(95)]);
    expect(await joined()).toEqual([
      [95, 'occupied'],
      [95, 'clear'],
    ]);
    expect(outcomes()).toEqual({ joined: 1, corrected: 1 });
  });

  it('ends with the last label that is nearest to each frame, however the labels are cut into epochs', async () => {
    const times = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 12 });
    const given = fc.array(fc.tuple(fc.nat(200), fc.constantFrom('clear', 'occupied')), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(times, given, fc.nat(20), fc.integer({ min: 1, max: 8 }), async (frames, labels, tolerance, records) => {
        driver = await TopologyDriver.start(joining({ tolerance }), { slice: { records } });
        await driver.pipe('features', FeatureEvent, frames.map(feature));
        await driver.pipe(
          'labels',
          LabelEvent,
          labels.map(([at, text]) => label(at, text)),
        );
        const expected = new Map<number, string>();
        for (const [at, text] of labels) {
          const [nearest] = frames
            .filter((time) => Math.abs(time - at) <= tolerance)
            .sort((a, b) => Math.abs(a - at) - Math.abs(b - at) || a - b);
          if (nearest !== undefined) expected.set(nearest, text);
        }
        const last = new Map((await examples()).map(({ capturedAt, label }) => [capturedAt, label]));
        await driver.close();
        expect(last).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});

describe('labels written as JSON', () => {
  const said = (value: unknown) => ({ key: region, value, timestamp: 7 });

  it('join like those in Avro', async () => {
    driver = await TopologyDriver.start(joining());
    await driver.pipe('features', FeatureEvent, [feature(1)]);
    await driver.pipe('labels', json(), [said({ camera: 'gate', region: 'left', capturedAt: 1, label: 'clear' })]);
    expect(await examples()).toMatchObject([{ capturedAt: 1, label: 'clear', labelledAt: 1 }]);
  });

  it.each([
    [{ camera: 'gate', capturedAt: 1, label: 'clear' }, /region must be a text of 1 to 200 letters, got nothing/],
    [{ camera: 'gate', region: 'left', capturedAt: 1.5, label: 'clear' }, /capturedAt must be whole milliseconds since 1970, got 1.5/],
    [{ predictionId: 'camera-frames-0-1/left', label: 'clear' }, /on the topic itself camera, region and capturedAt must be given/],
  ])('are refused where they do not say enough: %j', async (value, reason) => {
    driver = await TopologyDriver.start(joining());
    await driver.pipe('labels', json(), [said(value)]);
    const [letter] = await driver.read('joining-dead-letter', json());
    expect(letter).toMatchObject({ value });
    const message = letter!.headers.find(({ key }) => key === '__connect.errors.exception.message')?.value;
    expect(Buffer.from(message!).toString()).toMatch(reason);
  });
});
