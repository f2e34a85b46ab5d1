import { aggregates } from './aggregates.js';
import { arrayFunctions } from './arrays.js';
import { conditionalFunctions } from './conditional.js';
import type { AggregateSpec, FunctionSpec } from './function-spec.js';
import { mathFunctions } from './math.js';
import { textFunctions } from './text.js';
import { timeFunctions } from './time.js';

/** All functions, by what they are for: the table that plans, docs and tests read. */
export const functionGroups: Readonly<Record<string, readonly FunctionSpec[]>> = {
  Conditions: conditionalFunctions,
  Text: textFunctions,
  Numbers: mathFunctions,
  'Arrays and vectors': arrayFunctions,
  Times: timeFunctions,
};

export const functions: ReadonlyMap<string, FunctionSpec> = new Map(
  Object.values(functionGroups)
    .flat()
    .map((spec) => [spec.name, spec]),
);

export const aggregateFunctions: ReadonlyMap<string, AggregateSpec> = new Map(aggregates.map((spec) => [spec.name, spec]));
