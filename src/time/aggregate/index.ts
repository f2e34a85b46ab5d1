import { collect, first, last } from './by-time.js';
import { count, max, mean, min, sum } from './numbers.js';
import { quantiles } from './quantiles.js';
import { struct } from './struct.js';

export type { Aggregator, MergingAggregator } from './aggregator.js';

/** What windows can make of their values; `select` takes the number or value out of the record's. */
export const aggregate = { count, sum, mean, min, max, quantiles, first, last, collect, struct };
