import { checks, oneOf, type Param } from './params.js';

/** What becomes of a row that a stage cannot use: the job fails, the row is left out, or it stays with a mark in place of an answer. */
export type HandleInvalid = 'error' | 'skip' | 'keep';

/** The parameter of that name; `doc` says what a row that stays gets. */
export function handleInvalid(doc: string, byDefault: HandleInvalid): Param<HandleInvalid> {
  return { doc, check: oneOf('error', 'skip', 'keep'), default: byDefault };
}

const column = (doc: string, name: string): Param<string> => ({ doc, check: checks.string, default: name });

/** Parameters that many stages share, named as in Spark ML. */
export const sharedParams = {
  inputCol: { doc: 'input column', check: checks.string },
  inputCols: { doc: 'input columns', check: checks.strings },
  outputCol: { doc: 'output column', check: checks.string },
  featuresCol: column('column of feature vectors', 'features'),
  labelCol: column('column of labels', 'label'),
  predictionCol: column('column for predictions', 'prediction'),
  probabilityCol: column('column for class probabilities', 'probability'),
  rawPredictionCol: column('column for margins', 'rawPrediction'),
  weightCol: { doc: 'column of row weights; every row counts 1 when unset', check: checks.string, optional: true },
  seed: { doc: 'seed of everything random', check: checks.integer, default: 0 },
} as const satisfies Record<string, Param<string | readonly string[] | number>>;
