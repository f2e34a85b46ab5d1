import type { Row } from './batch.js';
import type { Dataset } from './dataset.js';

const aggregates = {
  count: (values: readonly number[]) => values.length,
  sum: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  mean: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length,
  min: (values: readonly number[]) => values.reduce((low, value) => Math.min(low, value), Infinity),
  max: (values: readonly number[]) => values.reduce((high, value) => Math.max(high, value), -Infinity),
} as const;

export type Aggregate = keyof typeof aggregates;

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

  /** Aggregates a column and group, as columns `mean(score)`; nulls are left out, as in SQL. */
  async agg(wanted: Readonly<Record<string, Aggregate>>): Promise<Dataset> {
    for (const name of Object.keys(wanted)) this.source.requireColumn(name);
    const groups = await this.groups();
    const names = Object.entries(wanted).map(([column, aggregate]) => ({ column, aggregate, name: `${aggregate}(${column})` }));
    const rows = groups.map((group) => ({
      ...this.keyOf(group[0]!),
      ...Object.fromEntries(
        names.map(({ column, aggregate, name }) => {
          const values = group.map((row) => row[column]).filter((value) => value !== null && value !== undefined);
          return [name, aggregates[aggregate](values as number[])];
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
