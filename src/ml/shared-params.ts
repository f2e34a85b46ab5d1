import { checks, type Param } from './params.js';

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
