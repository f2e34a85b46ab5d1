import { error } from '../../errors.js';
import type { Row } from './batch.js';
import type { Dataset } from './dataset.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
/** Divided by one value fewer than there are: none for a single one. */
const variance = (values: readonly number[]) => {
  const level = mean(values);
  return values.length < 2 ? null : sum(values.map((value) => (value - level) ** 2)) / (values.length - 1);
};
const stddev = (values: readonly number[]) => {
  const found = variance(values);
  return found === null ? null : Math.sqrt(found);
};
const numeric = { sum, mean, avg: mean, variance, stddev } as const;
const ordered = {
  min: (values: readonly (number | string)[]) => values.reduce((low, value) => (value < low ? value : low)),
  max: (values: readonly (number | string)[]) => values.reduce((high, value) => (value > high ? value : high)),
} as const;

/** As SQL's: `variance` and `stddev` are those of a sample, `avg` is another word for `mean`, `min` and `max` take texts too. */
export type Aggregate = 'count' | keyof typeof numeric | keyof typeof ordered;
const known: readonly string[] = ['count', ...Object.keys(numeric), ...Object.keys(ordered)];

/** Rows with equal values in the grouping columns, in the order in which the groups first appear. */
export class GroupedDataset {
  constructor(
    private readonly source: Dataset,
    private readonly names: readonly string[],
    private readonly make: (rows: readonly Row[], columns: string[]) => Dataset,
  ) {}

  /** Rows a group, as column `count`. */
  async count(): Promise<Dataset> {
    const groups = await this.groups();
    return this.make(
      groups.map((rows) => ({ ...this.keyOf(rows[0]!), count: rows.length })),
      [...this.names, 'count'],
    );
  }

  /**
   * Aggregates a column and group, as columns `mean(score)`; nulls are left out, as in SQL, and a group of nulls alone gives null. Throws
   * HW_COLUMN_MISSING, HW_DATASET_ARGUMENT, HW_NUMBER_EXPECTED.
   */
  async agg(wanted: Readonly<Record<string, Aggregate>>): Promise<Dataset> {
    for (const [name, aggregate] of Object.entries(wanted)) {
      this.source.requireColumn(name);
      if (!known.includes(aggregate))
        throw error('HW_DATASET_ARGUMENT', { call: 'agg', expected: `one of ${known.join(', ')}`, got: aggregate });
    }
    const groups = await this.groups();
    const names = Object.entries(wanted).map(([column, aggregate]) => ({ column, aggregate, name: `${aggregate}(${column})` }));
    const rows = groups.map((group) => ({
      ...this.keyOf(group[0]!),
      ...Object.fromEntries(
        names.map(({ column, aggregate, name }) => {
          return [name, aggregated(group, column, aggregate)];
        }),
      ),
    }));
    return this.make(rows, [...this.names, ...names.map(({ name }) => name)]);
  }

  private async groups(): Promise<Row[][]> {
    const groups = new Map<string, Row[]>();
    for await (const row of this.source.rows()) {
      const key = JSON.stringify(this.names.map((name) => row[name]));
      const group = groups.get(key);
      if (group) group.push(row);
      else groups.set(key, [row]);
    }
    return [...groups.values()];
  }

  private keyOf(row: Row): Row {
    return Object.fromEntries(this.names.map((name) => [name, row[name]]));
  }
}

function aggregated(group: readonly Row[], column: string, aggregate: Aggregate): unknown {
  const values = group.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
  if (aggregate === 'count') return values.length;
  if (values.length === 0) return null;
  const wrong = values.findIndex((value) => typeof value !== 'number' && !(aggregate in ordered && typeof value === 'string'));
  if (wrong >= 0) throw error('HW_NUMBER_EXPECTED', { column, row: `${wrong} of a group`, got: typeof values[wrong] });
  return aggregate === 'min' || aggregate === 'max' ? ordered[aggregate](values as number[]) : numeric[aggregate](values as number[]);
}
