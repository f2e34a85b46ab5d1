import { error } from '../../errors.js';
import type { Batch, Columns } from '../dataset/batch.js';
import { checks } from '../params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { ColumnTransformer, inputOutputParams, type InputOutput } from './column-transformer.js';
import { numbersIn } from './vectors.js';

export interface IndexToStringParams extends InputOutput {
  labels: readonly string[];
}

const spec: StageSpec<IndexToStringParams> = {
  type: 'IndexToString',
  params: { ...inputOutputParams, labels: { doc: 'labels by number, as a StringIndexerModel has them', check: checks.strings } },
};

/** Numbers back to their labels: `StringIndexerModel`'s inverse. */
export class IndexToString extends ColumnTransformer<IndexToStringParams> {
  constructor(options: Partial<IndexToStringParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override compute(batch: Batch): Columns {
    const { inputCol, outputCol, labels } = this.params;
    const names = Array.from(numbersIn(batch, inputCol), (index, row) => {
      const label = labels[index];
      if (label === undefined) throw error('HW_LABEL_UNKNOWN', { column: inputCol, row, label: index });
      return label;
    });
    return { [outputCol]: names };
  }
}

registerStage(spec.type, ({ options, uid }) => new IndexToString(options, uid));
