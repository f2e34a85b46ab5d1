import type { Dataset } from '../dataset/dataset.js';
import { Stage } from '../stage.js';

/** Turns a data set with predictions into one number. */
export abstract class Evaluator<P extends object = object> extends Stage<P> {
  /** Validates, then evaluates; throws HW_PARAM_* and HW_COLUMN_MISSING. */
  abstract evaluate(dataset: Dataset): Promise<number>;

  /** Whether a larger number is a better one. */
  isLargerBetter(): boolean {
    return true;
  }
}

export function isEvaluator(stage: Stage | undefined): stage is Evaluator {
  return stage instanceof Evaluator;
}
