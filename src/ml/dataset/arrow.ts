import { tableFromArrays, tableFromIPC, tableToIPC, Table, vectorFromArray, type Vector } from 'apache-arrow';
import { batchOf, type Batch } from './batch.js';
import { columnOf, valuesOf, VectorColumn, type Column } from './column.js';
import { Dataset } from './dataset.js';
import { plainValue, vectorValue } from './plain-value.js';

/** A data set of an Arrow table, or of the bytes of an Arrow IPC file or stream; lists of numbers become vectors. */
export function fromArrow(source: Table | Uint8Array): Dataset {
  const table = source instanceof Table ? source : tableFromIPC(source);
  const names = table.schema.fields.map(({ name }) => name);
  return Dataset.fromBatches(names, async function* (): AsyncGenerator<Batch> {
    for (const part of table.batches) {
      const columns = names.map((name) => [name, columnFrom(part.getChild(name)!)] as const);
      yield await Promise.resolve(batchOf(Object.fromEntries(columns), part.numRows));
    }
  });
}

/** The whole data set as an Arrow table. */
export async function toArrow(dataset: Dataset): Promise<Table> {
  const { columns } = await dataset.collect();
  const vectors = Object.entries(columns).map(([name, column]) => [name, vectorTo(column)] as const);
  return new Table(Object.fromEntries(vectors));
}

/** The whole data set as the bytes of an Arrow IPC stream. */
export async function toArrowBytes(dataset: Dataset): Promise<Uint8Array> {
  return tableToIPC(await toArrow(dataset));
}

function columnFrom(vector: Vector): Column {
  return columnOf(
    Array.from(vector, (value: unknown) => {
      if (typeof value === 'bigint') return Number(value);
      if (value instanceof Object && 'toArray' in value) return vectorValue(Array.from((value as Vector).toArray() as number[]));
      return value;
    }),
  );
}

function vectorTo(column: Column): Vector {
  if (column instanceof VectorColumn || Array.isArray(column)) return vectorFromArray(valuesOf(column).map(plainValue) as number[][]);
  return tableFromArrays({ column: column as Float64Array }).getChild('column')!;
}
