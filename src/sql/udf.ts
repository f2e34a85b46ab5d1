import { error, reasonOf } from '../errors.js';
import { batchOf } from '../ml/dataset/batch.js';
import { columnOf, takeRows, valueAt, valuesOf, type Column } from '../ml/dataset/column.js';
import type { Transformer } from '../ml/transformer.js';
import { RowBatcher } from '../ml/row-batcher.js';

/** A function that a session was given. It is computed for many rows at once. */
export interface SqlFunction {
  readonly name: string;
  /** How many arguments; any number where undefined. */
  readonly arity: number | undefined;
  /** The values for `length` rows, whose arguments lie in columns. */
  compute(args: readonly Column[], length: number): Promise<Column>;
  /** The value for one row of a stream; rows that come at the same time are computed together, and a bad one fails alone. */
  apply(args: readonly unknown[]): Promise<unknown>;
}

/** A function of one row's values, or a promise of one; it sees nulls. */
export type RowFunction = (...args: never[]) => unknown;

export function rowFunction(name: string, call: RowFunction): SqlFunction {
  const valueOf = async (args: readonly unknown[]): Promise<unknown> => {
    try {
      return (await (call as (...args: readonly unknown[]) => unknown)(...args)) ?? null;
    } catch (thrown) {
      throw error('HW_SQL_UDF', { name, reason: reasonOf(thrown) }, thrown);
    }
  };
  return {
    name,
    arity: undefined,
    compute: (args, length) => Promise.all(Array.from({ length }, (_, row) => valueOf(args.map((column) => valueAt(column, row))))),
    apply: valueOf,
  };
}

/**
 * A transformer as a function of its input columns, in their order, that gives one of its output columns; null for a
 * row that it leaves out. Throws HW_COLUMN_MISSING.
 */
export function transformerFunction(name: string, transformer: Transformer, outputCol = transformer.outputCols().at(-1)!): SqlFunction {
  const inputs = transformer.inputCols();
  if (!transformer.outputCols().includes(outputCol))
    throw error('HW_COLUMN_MISSING', { column: outputCol, columns: transformer.outputCols().join(', ') });
  return batchFunction(name, inputs.length, async (args) => {
    const batch = batchOf(Object.fromEntries(inputs.map((input, at) => [input, args[at]!])));
    const { batch: answered, rows } = await transformer.extend(batch);
    const answers = answered.columns[outputCol]!;
    return rows === undefined ? answers : spread(answers, rows, batch.length);
  });
}

/** A function of whole columns; null for a row with a null among its values, which it does not see. */
export function batchFunction(name: string, arity: number, answer: (args: readonly Column[]) => Promise<Column>): SqlFunction {
  const compute = async (args: readonly Column[], length: number): Promise<Column> => {
    const rows = Array.from({ length }, (_, row) => row).filter((row) => args.every((column) => (valueAt(column, row) ?? null) !== null));
    return answerRows(rows, args, length, async (given) => {
      const answers = await answer(given);
      if (answers.length === rows.length) return answers;
      throw error('HW_SQL_UDF', { name, reason: `it gave ${answers.length} values for ${rows.length} rows` });
    });
  };
  const names = Array.from({ length: arity }, (_, at) => `a${at}`);
  const batcher = new RowBatcher(names, async ({ columns, length }) => {
    const values = await compute(
      names.map((each) => columns[each]!),
      length,
    );
    return { batch: { length, columns: { value: values } } };
  });
  return {
    name,
    arity,
    compute,
    apply: async (args) => (await batcher.apply(Object.fromEntries(names.map((each, at) => [each, args[at]]))))!['value'],
  };
}

/** What a function gives for some of `length` rows, in their places; null for the others, which it does not see. */
export async function answerRows(
  rows: readonly number[],
  args: readonly Column[],
  length: number,
  answer: (args: readonly Column[]) => Promise<Column>,
): Promise<Column> {
  if (rows.length === 0) return nulls(length);
  if (rows.length === length) return answer(args);
  const spread = nulls(length);
  valuesOf(await answer(args.map((column) => narrowed(takeRows(column, rows))))).forEach((value, at) => (spread[rows[at]!] = value));
  return spread;
}

/** A list that held nulls among its numbers or vectors is a column of them without. */
function narrowed(column: Column): Column {
  return Array.isArray(column) ? columnOf(column as readonly unknown[]) : column;
}

/** The answers in the places of their rows; null elsewhere. */
function spread(answers: Column, rows: ArrayLike<number>, length: number): unknown[] {
  const values = nulls(length);
  valuesOf(answers).forEach((value, at) => (values[rows[at]!] = value));
  return values;
}

function nulls(length: number): unknown[] {
  return Array.from({ length }, () => null);
}
