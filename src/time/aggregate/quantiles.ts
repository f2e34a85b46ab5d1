import { DDSketch } from '@datadog/sketches-js';

import type { MergingAggregator } from './aggregator.js';

/** Up to so many values are kept as they are, and their quantiles are exact. */
const exact = 128;

interface State {
  readonly values: readonly number[];
  /** What went before them, as DDSketch's protocol buffer. */
  readonly sketch: Uint8Array | null;
}

/**
 * Quantiles (0.5 is the median), in the order of `probabilities`: exact (nearest rank) up to 128 values, beyond that within 1 % of the value by DDSketch
 * (Masson, Rim & Lee, VLDB 2019), whatever the order in which the values came.
 */
export function quantiles<V = number>(
  probabilities: readonly number[],
  select: (value: V) => number = Number,
): MergingAggregator<V, State, number[]> {
  return {
    seed: () => ({ values: [], sketch: null }),
    add: ({ values, sketch }, value) => compressed({ values: [...values, select(value)], sketch }),
    merge: (a, b) => compressed({ values: [...a.values, ...b.values], sketch: joined(a.sketch, b.sketch) }),
    result(state) {
      if (state.sketch === null) {
        const sorted = Float64Array.from(state.values).sort();
        return probabilities.map((p) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN);
      }
      const sketch = sketchOf(state);
      return probabilities.map((p) => sketch.getValueAtQuantile(p));
    },
  };
}

function compressed(state: State): State {
  return state.values.length > exact ? { values: [], sketch: sketchOf(state).toProto() } : state;
}

function sketchOf({ values, sketch }: State): DDSketch {
  const all = sketch === null ? new DDSketch({ relativeAccuracy: 0.01 }) : DDSketch.fromProto(sketch);
  for (const value of values) all.accept(value);
  return all;
}

function joined(a: Uint8Array | null, b: Uint8Array | null): Uint8Array | null {
  if (a === null || b === null) return a ?? b;
  const all = DDSketch.fromProto(a);
  all.merge(DDSketch.fromProto(b));
  return all.toProto();
}
