import { error } from '../errors.js';
import { columnIn, selectColumns, selectRows, type Batch, type Columns, type Row } from './dataset/batch.js';
import type { Dataset } from './dataset/dataset.js';
import { RowBatcher, type Answered } from './row-batcher.js';
import type { RowTransformer } from './row-transformer.js';
import { SomeRows } from './some-rows.js';
import { Stage } from './stage.js';

/** A copy is another stage: it must not share the batcher of the one it was copied from. */
const batchers = new WeakMap<Transformer, RowBatcher>();

/**
 * A stage that adds columns, computed from others: the same object on a data set (`transform`), and row by row on a stream (`apply`,
 * micro-batched). Both run `compute`, so both give the same numbers.
 */
export abstract class Transformer<P extends object = object> extends Stage<P> implements RowTransformer<object, Row | undefined> {
  get name(): string {
    return this.uid;
  }

  /** The columns that it reads. */
  abstract inputCols(): readonly string[];

  /** The columns that it adds. */
  abstract outputCols(): readonly string[];

  /** The added columns of one batch that holds the input columns: for all its rows, or for some, where the stage leaves rows out. */
  abstract compute(batch: Batch): Columns | SomeRows | Promise<Columns | SomeRows>;

  /** The data set with the added columns, lazily. Throws HW_COLUMN_MISSING, HW_COLUMN_EXISTS or what `validate` throws. */
  transform(dataset: Dataset): Dataset {
    this.validate();
    const columns = this.columnsAfter(dataset.columns);
    return dataset.mapBatches(columns, async (batch) => (await this.extend(batch)).batch);
  }

  /**
   * One row with the added columns, undefined for one that the stage leaves out. Rows that come at the same time share a batch, and a bad one fails
   * alone.
   */
  apply(row: object): Promise<Row | undefined> {
    let batcher = batchers.get(this);
    if (batcher === undefined) {
      this.validate();
      batcher = new RowBatcher(this.inputCols(), (batch) => this.extend(batch));
      batchers.set(this, batcher);
    }
    for (const name of this.inputCols()) {
      if (!(name in row)) return Promise.reject(error('HW_COLUMN_MISSING', { column: name, columns: Object.keys(row).join(', ') }));
    }
    return batcher.apply(row as Row);
  }

  /** The names of a data set's columns after `transform`. */
  columnsAfter(columns: readonly string[]): readonly string[] {
    for (const name of this.inputCols()) {
      if (!columns.includes(name)) throw error('HW_COLUMN_MISSING', { column: name, columns: columns.join(', ') });
    }
    for (const name of this.outputCols()) if (columns.includes(name)) throw error('HW_COLUMN_EXISTS', { column: name });
    return [...columns, ...this.outputCols()];
  }

  /** The batch with the added columns; `rows` are the places of its rows that stay, where some are left out. */
  async extend(batch: Batch): Promise<Answered> {
    for (const name of this.inputCols()) columnIn(batch, name);
    if (batch.length === 0)
      return { batch: { length: 0, columns: { ...batch.columns, ...Object.fromEntries(this.outputCols().map((name) => [name, []])) } } };
    const added = await this.compute(batch);
    if (added instanceof SomeRows) {
      const { rows, columns } = added;
      return { batch: this.joined(selectRows(batch, rows), columns), rows };
    }
    return { batch: this.joined(batch, added) };
  }

  private joined({ length, columns }: Batch, added: Columns): Batch {
    return { length, columns: { ...columns, ...selectColumns({ length, columns: added }, this.outputCols()).columns } };
  }
}

/** A transformer that an estimator learned; `parent` is the estimator's uid. */
export abstract class Model<P extends object = object> extends Transformer<P> {
  abstract readonly parent: string;
}

export function isTransformer(stage: Stage | undefined): stage is Transformer {
  return stage instanceof Transformer;
}
