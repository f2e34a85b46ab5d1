import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { adwin, kswin, pageHinkley, type DriftDetector } from 'headwater';

/** A case of test/golden/drift/river.json, which make_river.py wrote. */
interface Case {
  readonly detector: 'adwin' | 'pageHinkley' | 'kswin';
  readonly series: string;
  readonly options: Readonly<Record<string, number | string>>;
  readonly alarms: readonly number[];
  readonly draws?: readonly (readonly number[])[];
}

const golden = JSON.parse(readFileSync(new URL('../../golden/drift/river.json', import.meta.url), 'utf8')) as {
  series: Record<string, number[]>;
  cases: Case[];
};

function alarms<S>(detector: DriftDetector<number, S>, values: readonly number[]): number[] {
  const state = detector.seed();
  return values.flatMap((value, index) => (detector.update(state, value, index).drift ? [index] : []));
}

const camel = (options: Case['options']) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), value]),
  );

describe("drift detectors alarm where river's do", () => {
  it.each(golden.cases.map((one) => ({ ...one, title: `${one.detector} ${JSON.stringify(one.options)} on ${one.series}` })))(
    '$title',
    ({ detector, options, series, alarms: expected, draws }) => {
      const values = golden.series[series]!;
      if (detector === 'adwin') expect(alarms(adwin(camel(options)), values)).toEqual(expected);
      else if (detector === 'pageHinkley') expect(alarms(pageHinkley(camel(options)), values)).toEqual(expected);
      else expect(alarms(kswin({ sample: (_, __, draw) => draws![draw]! }), values.slice(0, 600))).toEqual(expected);
    },
  );
});
