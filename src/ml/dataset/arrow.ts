import {
  Binary,
  Bool,
  Field,
  Float64,
  Int64,
  List,
  Struct,
  StructRow,
  Table,
  tableFromArrays,
  tableFromIPC,
  tableToIPC,
  TimestampMillisecond,
  Utf8,
  Vector,
  vectorFromArray,
  type DataType,
} from 'apache-arrow';
import { error } from '../../errors.js';
import { batchOf, type Batch } from './batch.js';
import { columnOf, valuesOf, VectorColumn, type Column } from './column.js';
import { Dataset } from './dataset.js';
import { plainValue, storedValue } from './plain-value.js';

/** A data set of an Arrow table, or of the bytes of an Arrow IPC file or stream; lists of numbers become vectors, structs of Spark's vectors and pictures what they are. */
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

/** The whole data set as an Arrow table; pictures and sparse vectors as structs. Throws HW_COLUMN_KIND for a column of mixed kinds. */
export async function toArrow(dataset: Dataset): Promise<Table> {
  const { columns } = await dataset.collect();
  const vectors = Object.entries(columns).map(([name, column]) => [name, vectorTo(name, column)] as const);
  return new Table(Object.fromEntries(vectors));
}

/** The whole data set as the bytes of an Arrow IPC stream. */
export async function toArrowBytes(dataset: Dataset): Promise<Uint8Array> {
  return tableToIPC(await toArrow(dataset));
}

function columnFrom(vector: Vector): Column {
  return columnOf(Array.from(vector, (value: unknown) => storedValue(fromArrowValue(value))));
}

function fromArrowValue(value: unknown): unknown {
  if (value instanceof Vector) return Array.from(value as Iterable<unknown>, fromArrowValue);
  if (value instanceof StructRow) return mapStruct(value.toJSON());
  return value;
}

function mapStruct(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, fromArrowValue(value)]));
}

function vectorTo(name: string, column: Column): Vector {
  if (!(column instanceof VectorColumn) && !Array.isArray(column))
    return tableFromArrays({ column: column as Float64Array }).getChild('column')!;
  const values = valuesOf(column).map((value) => plainValue(value) ?? null);
  const type = typeOf(values);
  if (type === undefined) throw error('HW_COLUMN_KIND', { column: name, problem: 'Arrow holds values of one kind a column' });
  return vectorFromArray(values as unknown[], type);
}

/** The Arrow type of all values, where there is one: nulls fit every type. */
function typeOf(values: readonly unknown[]): DataType | undefined {
  const known = values.filter((value) => value !== null && value !== undefined);
  const all = (holds: (value: unknown) => boolean) => known.every(holds);
  if (all((value) => typeof value === 'number')) return new Float64();
  if (all((value) => typeof value === 'boolean')) return new Bool();
  if (all((value) => typeof value === 'string')) return new Utf8();
  if (all((value) => typeof value === 'bigint')) return new Int64();
  if (all((value) => value instanceof Uint8Array)) return new Binary();
  if (all((value) => value instanceof Date)) return new TimestampMillisecond();
  if (all(Array.isArray)) {
    const item = typeOf((known as unknown[][]).flat());
    return item && new List(new Field('item', item, true));
  }
  if (!all((value) => typeof value === 'object')) return undefined;
  const rows = known as Record<string, unknown>[];
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) => [name, typeOf(rows.map((row) => row[name]))] as const);
  if (fields.some(([, type]) => type === undefined)) return undefined;
  return new Struct(fields.map(([name, type]) => new Field(name, type!, true)));
}
