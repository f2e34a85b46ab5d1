import fc from 'fast-check';
import { map, type MonoTypeOperatorFunction } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { json, topology, window, type FeatureEvent, type StreamRecord, type Topology } from 'headwater';

import { epochPlans, oneByOne, runInEpochs } from './run-in-epochs.js';

interface Frame {
  readonly key: string;
  readonly timestamp: number;
  readonly features: readonly [number, number];
}

const build = (operator: MonoTypeOperatorFunction<StreamRecord<string, FeatureEvent>>): Topology =>
  topology('features', ({ source, sink }) => {
    const plain = map((record: StreamRecord<string, FeatureEvent>) => {
      const { features, featurizer } = record.value;
      return { ...record, value: { features: [...features], featurizer } };
    });
    sink('out', json(), source('in', json<FeatureEvent>()).pipe(operator, plain));
  });

const event = ({ key, timestamp, features }: Frame) => ({
  topic: 'in',
  key,
  timestamp,
  value: { camera: key, region: 'frame', capturedAt: timestamp, featurizer: 'net@1', features: Float32Array.from(features), classes: [] },
});

const frames = fc.array(fc.record({ key: fc.constantFrom('a', 'b'), timestamp: fc.nat(40), features: fc.tuple(fc.nat(9), fc.nat(9)) }), {
  maxLength: 30,
});

/** The result for a frame, from the frames of its key that have come so far and that `keeps` holds on to; of one time the last one counts. */
function expected(list: readonly Frame[], at: number, keeps: (sorted: readonly Frame[], time: number) => readonly Frame[]): number[] {
  const own = list[at]!;
  const byTime = new Map(list.slice(0, at + 1).flatMap((frame) => (frame.key === own.key ? [[frame.timestamp, frame]] : [])));
  const kept = keeps(
    [...byTime.values()].sort((a, b) => a.timestamp - b.timestamp),
    own.timestamp,
  );
  const chosen = (kept.length > 0 ? kept : [own]).map((frame) => frame.features);
  const each = (f: (values: readonly number[]) => number) => [0, 1].map((index) => f(chosen.map((vector) => vector[index]!)));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    ...own.features,
    ...each(mean),
    ...each((values) => Math.max(...values)),
    ...each((values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))),
    ...own.features.map((value, index) => value - chosen[0]![index]!),
  ].map(Math.fround);
}

const features = ['mean', 'max', 'std', 'delta'] as const;

describe('windowed featurization', () => {
  it.each([
    [
      'of the last 10 ms',
      () => window.sliding({ name: 'window', size: 10, features }),
      (sorted: readonly Frame[], time: number) =>
        sorted.filter(({ timestamp }) => timestamp > sorted.at(-1)!.timestamp - 10 && timestamp > time - 10 && timestamp <= time),
      'net@1+10ms(mean,max,std,delta)',
    ],
    [
      'of the last 4 frames',
      () => window.count({ name: 'window', size: 4, features }),
      (sorted: readonly Frame[], time: number) => sorted.slice(-4).filter(({ timestamp }) => timestamp <= time),
      'net@1+4(mean,max,std,delta)',
    ],
  ] as const)(
    '%s gives own, mean, max, std and delta with every frame, in any order and however the input is cut',
    async (_, operator, keeps, featurizer) => {
      const property = fc.asyncProperty(frames, epochPlans, async (list, plans) => {
        const outputs = await runInEpochs(build(operator()), list.map(event), () => oneByOne);
        expect(await runInEpochs(build(operator()), list.map(event), plans)).toEqual(outputs);
        const results = (outputs['out'] ?? []).map(({ value }) => value);
        expect(results).toEqual(list.map((_frame, at) => ({ features: expected(list, at, keeps), featurizer })));
      });
      await fc.assert(property, { numRuns: Number(process.env['HEADWATER_PROPERTY_RUNS'] ?? 20) });
    },
  );
});
