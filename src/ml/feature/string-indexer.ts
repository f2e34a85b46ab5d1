import { error } from '../../errors.js';
import { columnIn, type Batch, type Columns } from '../dataset/batch.js';
import { columnOf, valueAt, valuesOf } from '../dataset/column.js';
import type { Dataset } from '../dataset/dataset.js';
import { Estimator } from '../estimator.js';
import { oneOf } from '../params.js';
import { handleInvalid, type HandleInvalid } from '../shared-params.js';
import { SomeRows, withoutNulls } from '../some-rows.js';
import { registerStage } from '../stage-files.js';
import type { Snapshot, StageSpec } from '../stage.js';
import { ColumnModel, inputOutputParams, type InputOutput } from './column-transformer.js';

type Order = 'frequencyDesc' | 'frequencyAsc' | 'alphabetDesc' | 'alphabetAsc';

export interface StringIndexerParams extends InputOutput {
  stringOrderType: Order;
  handleInvalid: HandleInvalid;
}

const params = {
  ...inputOutputParams,
  stringOrderType: {
    doc: 'which label comes first; equally frequent ones in alphabetical order',
    check: oneOf('frequencyDesc', 'frequencyAsc', 'alphabetDesc', 'alphabetAsc'),
    default: 'frequencyDesc',
  },
  handleInvalid: handleInvalid(
    'a null, NaN or label that was not learned fails (error), is left out (skip), or gets the index after the last (keep)',
    'error',
  ),
} as const;
const spec: StageSpec<StringIndexerParams> = { type: 'StringIndexer', params };
const modelSpec: StageSpec<StringIndexerParams> = { type: 'StringIndexerModel', params };

/**
 * Learns the labels of a column of strings, numbers or booleans, as Spark ML's `StringIndexer`; nulls and NaN are no labels. Throws HW_LABEL_EXPECTED.
 */
export class StringIndexer extends Estimator<StringIndexerParams, StringIndexerModel> {
  constructor(options: Partial<StringIndexerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<StringIndexerModel> {
    this.validate();
    const counts = new Map<string, number>();
    const { inputCol } = this.params;
    for (const [row, value] of valuesOf(await dataset.column(inputCol)).entries()) {
      const label = labelOf(value, inputCol, row);
      if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const alphabetical = (a: string, b: string) => (a < b ? -1 : 1);
    const orders: Record<Order, (a: string, b: string) => number> = {
      alphabetAsc: alphabetical,
      alphabetDesc: (a, b) => alphabetical(b, a),
      frequencyDesc: (a, b) => counts.get(b)! - counts.get(a)! || alphabetical(a, b),
      frequencyAsc: (a, b) => counts.get(a)! - counts.get(b)! || alphabetical(a, b),
    };
    return new StringIndexerModel(this.params, [...counts.keys()].sort(orders[this.params.stringOrderType]), this.uid);
  }
}

/** Labels to their numbers. */
export class StringIndexerModel extends ColumnModel<StringIndexerParams> {
  constructor(
    options: Partial<StringIndexerParams>,
    readonly labels: readonly string[],
    readonly parent: string,
    uid?: string,
  ) {
    super(modelSpec, options, uid);
  }

  override compute(batch: Batch): Columns | SomeRows {
    const { inputCol, outputCol, handleInvalid: mode } = this.params;
    const index = new Map(this.labels.map((label, k) => [label, k]));
    const column = columnIn(batch, inputCol);
    const numbers = Array.from({ length: batch.length }, (_, row) => {
      const label = labelOf(valueAt(column, row), inputCol, row);
      const known = label === undefined ? undefined : index.get(label);
      if (known !== undefined) return known;
      if (mode === 'error') throw error('HW_LABEL_UNKNOWN', { column: inputCol, row, label: label ?? String(valueAt(column, row)) });
      return mode === 'keep' ? this.labels.length : null;
    });
    return withoutNulls({ [outputCol]: columnOf(numbers) });
  }

  override snapshot(): Snapshot {
    return { ...super.snapshot(), values: { parent: this.parent, labels: this.labels } };
  }
}

function labelOf(value: unknown, column: string, row: number): string | undefined {
  if (value === null || value === undefined || Number.isNaN(value)) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw error('HW_LABEL_EXPECTED', { column, row, got: typeof value });
}

registerStage(spec.type, ({ options, uid }) => new StringIndexer(options, uid));
registerStage(modelSpec.type, ({ options, uid, values }) => {
  const { parent, labels } = values as { parent: string; labels: string[] };
  return new StringIndexerModel(options, labels, parent, uid);
});
