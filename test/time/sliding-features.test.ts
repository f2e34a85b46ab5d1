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

const frames = fc
  .array(fc.record({ key: fc.constantFrom('a', 'b'), gap: fc.integer({ min: 1, max: 6 }), features: fc.tuple(fc.nat(9), fc.nat(9)) }), {
    maxLength: 30,
  })
  .map((list) => {
    let time = 0;
    return list.map(({ gap, ...frame }): Frame => ({ ...frame, timestamp: (time += gap) }));
  });

function expected(list: readonly Frame[], at: number, inWindow: (others: readonly Frame[], own: Frame) => readonly Frame[]): number[] {
  const own = list[at]!;
  const upTo = list.slice(0, at + 1).filter(({ key }) => key === own.key);
  const chosen = inWindow(upTo, own).map(({ features }) => features);
  const each = (f: (values: readonly number[]) => number) => [0, 1].map((index) => f(chosen.map((vector) => vector[index]!)));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    ...own.features,
    ...each(mean),
    ...each((values) => Math.max(...values)),
    ...each((values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))),
    ...each((values) => values.at(-1)! - values[0]!),
  ].map(Math.fround);
}

const features = ['mean', 'max', 'std', 'delta'] as const;

describe('windowed featurization', () => {
  it.each([
    [
      'of the last 10 ms',
      () => window.sliding({ name: 'window', size: 10, features }),
      (upTo: readonly Frame[], own: Frame) => upTo.filter(({ timestamp }) => timestamp > own.timestamp - 10),
      'net@1+10ms(mean,max,std,delta)',
    ],
    [
      'of the last 4 frames',
      () => window.count({ name: 'window', size: 4, features }),
      (upTo: readonly Frame[]) => upTo.slice(-4),
      'net@1+4(mean,max,std,delta)',
    ],
  ] as const)(
    '%s gives own, mean, max, std and delta with every frame, however the input is cut',
    async (_, operator, inWindow, featurizer) => {
      const property = fc.asyncProperty(frames, epochPlans, async (list, plans) => {
        const outputs = await runInEpochs(build(operator()), list.map(event), () => oneByOne);
        expect(await runInEpochs(build(operator()), list.map(event), plans)).toEqual(outputs);
        const results = (outputs['out'] ?? []).map(({ value }) => value);
        expect(results).toEqual(list.map((_frame, at) => ({ features: expected(list, at, inWindow), featurizer })));
      });
      await fc.assert(property, { numRuns: 20 });
    },
  );
});
