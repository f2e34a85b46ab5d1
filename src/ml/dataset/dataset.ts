import { error } from '../../errors.js';
import type { Log } from '../../log/log.js';
import { describeValue } from '../params.js';
import { uniformAt } from '../random.js';
import { batchOf, batchOfRows, concatBatches, rowsOf, selectColumns, selectRows, type Batch, type Columns, type Row } from './batch.js';
import { columnOf, type Column } from './column.js';
import { formatTable } from './format-table.js';
import { topicBatches, type TopicSlice } from './from-topic.js';
import { GroupedDataset } from './grouped.js';

const ROWS_PER_BATCH = 1024;

/**
 * A lazy table: named columns and a way to read them in batches, as often as asked. `select`, `filter` and their like only extend the
 * plan; `count`, `rows`, `collect` and `show` run it. Reading twice reads the source twice unless `cache()` stands between.
 */
export class Dataset {
  private constructor(
    /** Column names, in order. */
    readonly columns: readonly string[],
    private readonly read: () => AsyncIterable<Batch>,
    private readonly cached = false,
  ) {
    const twice = columns.find((name, at) => columns.indexOf(name) !== at);
    if (twice !== undefined) throw error('HW_COLUMN_EXISTS', { column: twice });
  }

  /** From anything that can be read again and again in batches; each batch holds all of `columns`. */
  static fromBatches(columns: readonly string[], read: () => AsyncIterable<Batch>): Dataset {
    return new Dataset(columns, read);
  }

  /** From rows in memory, with the columns of all rows unless `columns` names them; what a row lacks is null. */
  static fromRows(rows: readonly Row[], columns = namesIn(rows)): Dataset {
    return new Dataset(columns, async function* () {
      for (let start = 0; start < rows.length; start += ROWS_PER_BATCH) {
        yield await Promise.resolve(batchOfRows(rows.slice(start, start + ROWS_PER_BATCH), columns));
      }
    });
  }

  /** From columns in memory, as one batch: `{ features: new VectorColumn(data, 1280), label: ['a', 'b', ...] }`. */
  static fromColumns(columns: Columns): Dataset {
    const batch = batchOf(columns);
    return new Dataset(Object.keys(columns), async function* () {
      if (batch.length > 0) yield await Promise.resolve(batch);
    });
  }

  /**
   * A slice of a topic, in offset order within a partition. Its end is fixed when it is made, so that every use reads the same records, as
   * far as retention keeps them. Throws HW_TOPIC_UNKNOWN.
   *
   * @example await Dataset.fromTopic(log, 'features', { serde, to: [{ topic: 'features', partition: 0, offset: 500 }] })
   */
  static async fromTopic<T extends object>(log: Log, topic: string, slice: TopicSlice<T>): Promise<Dataset> {
    const { columns, read } = await topicBatches(log, topic, slice);
    return new Dataset(columns, read);
  }

  batches(): AsyncIterable<Batch> {
    return this.read();
  }

  select(...names: string[]): Dataset {
    for (const name of names) this.requireColumn(name);
    return this.mapBatches(names, (batch) => selectColumns(batch, names));
  }

  /** Without these columns; those that are not there are nothing to drop, as in Spark. */
  drop(...names: string[]): Dataset {
    return this.select(...this.columns.filter((name) => !names.includes(name)));
  }

  /** With a column computed from each row, new or in place of the one with that name. */
  withColumn(name: string, compute: (row: Row) => unknown): Dataset {
    const columns = this.columns.includes(name) ? this.columns : [...this.columns, name];
    return this.mapBatches(columns, async (batch) => {
      const column = columnOf(await Promise.all(rowsOf(batch).map(compute)));
      return { length: batch.length, columns: { ...batch.columns, [name]: column } };
    });
  }

  /** The rows for which `keep` gives true, now or later. */
  filter(keep: (row: Row) => boolean | Promise<boolean>): Dataset {
    return this.mapBatches(this.columns, async (batch) => {
      const kept = await Promise.all(rowsOf(batch).map(async (row) => keep(row)));
      return selectRows(
        batch,
        indicesWhere(batch.length, (index) => kept[index]!),
      );
    });
  }

  /** About `fraction` of the rows; `seed` and a row's place alone decide about it. */
  sample(fraction: number, seed = 0): Dataset {
    if (!(fraction >= 0 && fraction <= 1)) throw refused('sample', 'a fraction in [0, 1]', fraction);
    return this.filterByPlace((place) => uniformAt(seed, place) < fraction);
  }

  /** Disjoint parts with about these shares of the rows; `seed` and a row's place alone decide where it goes. */
  randomSplit(weights: readonly number[], seed = 0): Dataset[] {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!weights.every((weight) => weight >= 0) || !(total > 0)) throw refused('randomSplit', 'weights of 0 or more, not all 0', weights);
    let low = 0;
    return weights.map((weight, part) => {
      const from = low;
      low += weight / total;
      const to = part === weights.length - 1 ? 1 : low;
      return this.filterByPlace((place) => uniformAt(seed, place) >= from && uniformAt(seed, place) < to);
    });
  }

  /** The rows at these places, in the order of the data set. */
  rowsAt(places: Iterable<number>): Dataset {
    const wanted = new Set(places);
    return this.filterByPlace((place) => wanted.has(place));
  }

  /** The first `n` rows; the source is read no further. */
  limit(n: number): Dataset {
    if (!(n >= 0)) throw refused('limit', 'a number of rows, 0 or more', n);
    const { read } = this;
    return new Dataset(this.columns, async function* () {
      let left = n;
      if (left <= 0) return;
      for await (const batch of read()) {
        yield batch.length <= left
          ? batch
          : selectRows(
              batch,
              Array.from({ length: left }, (_, index) => index),
            );
        left -= batch.length;
        if (left <= 0) return;
      }
    });
  }

  /** Reads at most once, at the first use, and keeps the rows in memory; a cached data set is its own cache. */
  cache(): Dataset {
    if (this.cached) return this;
    let kept: Promise<Batch[]> | undefined;
    const load = () =>
      (kept ??= this.readAll().catch((thrown: unknown) => {
        kept = undefined;
        throw thrown;
      }));
    const read = async function* () {
      yield* await load();
    };
    return new Dataset(this.columns, read, true);
  }

  groupBy(...names: string[]): GroupedDataset {
    for (const name of names) this.requireColumn(name);
    return new GroupedDataset(this, names, (rows, columns) => Dataset.fromRows(rows, columns));
  }

  /** Every batch turned into another with the given columns: what transformers are made of. */
  mapBatches(columns: readonly string[], map: (batch: Batch) => Batch | Promise<Batch>): Dataset {
    const { read } = this;
    return new Dataset(columns, async function* () {
      for await (const batch of read()) yield await map(batch);
    });
  }

  async count(): Promise<number> {
    let count = 0;
    for await (const { length } of this.read()) count += length;
    return count;
  }

  async *rows(): AsyncGenerator<Row> {
    for await (const batch of this.read()) yield* rowsOf(batch);
  }

  async toRows(): Promise<Row[]> {
    return rowsOf(await this.collect());
  }

  /** The whole data set as one batch. */
  async collect(): Promise<Batch> {
    return concatBatches(await this.readAll(), this.columns);
  }

  /** One column, whole. */
  async column(name: string): Promise<Column> {
    return (await this.select(name).collect()).columns[name]!;
  }

  /** Prints the first rows as a table, cells cut to 20 characters, as Spark does. */
  async show(rows = 20, print: (table: string) => void = console.log): Promise<void> {
    const head = await this.limit(rows + 1).toRows();
    print(formatTable(this.columns, head.slice(0, rows)) + (head.length > rows ? `\nonly showing top ${rows} rows` : ''));
  }

  /** Throws HW_COLUMN_MISSING where there is no such column. */
  requireColumn(name: string): void {
    if (!this.columns.includes(name)) throw error('HW_COLUMN_MISSING', { column: name, columns: this.columns.join(', ') });
  }

  private async readAll(): Promise<Batch[]> {
    const batches: Batch[] = [];
    for await (const batch of this.read()) batches.push(batch);
    return batches;
  }

  private filterByPlace(keep: (place: number) => boolean): Dataset {
    const { read } = this;
    return new Dataset(this.columns, async function* () {
      let place = 0;
      for await (const batch of read()) {
        const start = place;
        place += batch.length;
        yield selectRows(
          batch,
          indicesWhere(batch.length, (index) => keep(start + index)),
        );
      }
    });
  }
}

function refused(call: string, expected: string, got: unknown): Error {
  return error('HW_DATASET_ARGUMENT', { call, expected, got: describeValue(got) });
}

function namesIn(rows: readonly Row[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

function indicesWhere(length: number, keep: (index: number) => boolean): number[] {
  const kept: number[] = [];
  for (let index = 0; index < length; index++) if (keep(index)) kept.push(index);
  return kept;
}
