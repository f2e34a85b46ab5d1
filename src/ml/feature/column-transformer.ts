import { sharedParams } from '../shared-params.js';
import { Transformer } from '../transformer.js';

export interface InputOutput {
  inputCol: string;
  outputCol: string;
}

export const inputOutputParams = { inputCol: sharedParams.inputCol, outputCol: sharedParams.outputCol } as const;

/** A transformer from one column to another. */
export abstract class ColumnTransformer<P extends InputOutput = InputOutput> extends Transformer<P> {
  override inputCols(): readonly string[] {
    return [this.params.inputCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }
}

/** A fitted one; `parent` is the estimator's uid. */
export abstract class ColumnModel<P extends InputOutput = InputOutput> extends ColumnTransformer<P> {
  abstract readonly parent: string;
}
