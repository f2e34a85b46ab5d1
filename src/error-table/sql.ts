import type { Errors } from './errors-of.js';

/** What queries refuse. */
export const sqlErrors = {
  HW_SQL_SYNTAX: ['the query is no SQL at {place}: {problem}', 'Correct it; the dialect is a subset of PostgreSQL (SQL.md).'],
  HW_SQL_UNSUPPORTED: ['{what} at {place} is not supported', 'Rather {instead}.'],
  HW_SQL_NAME: ['"{name}" {problem}', 'Give the table or function another name.'],
  HW_SQL_TABLE_UNKNOWN: ['there is no table {table} ({place})', 'Register it with registerTable, or use one of: {known}.'],
  HW_SQL_COLUMN_UNKNOWN: ['there is no column {column} ({place})', 'Use one of: {known}; fields of a struct are written column.field.'],
  HW_SQL_COLUMN_AMBIGUOUS: ['column {column} ({place}) may be any of {candidates}', 'Write the table before it.'],
  HW_SQL_FUNCTION_UNKNOWN: ['there is no function {function} ({place})', 'Register it with registerUDF, or use one of: {known}.'],
  HW_SQL_ARGUMENTS: ['{call} ({place}) takes {expected}, got {got}', 'Correct its arguments; SQL.md describes every function.'],
  HW_SQL_GROUP: ['{column} ({place}) is neither grouped nor aggregated', 'Add it to GROUP BY, or aggregate it.'],
  HW_SQL_PARAMETER: ['{parameter} ({place}) has no value, {count} were given', 'Give a value for each, null where there is none.'],
  HW_SQL_TYPE: ['{operation} ({place}) takes {expected}, got {got}', 'Convert it with CAST, or correct the column.'],
  HW_SQL_VALUE: ['{operation} ({place}) cannot be computed: {problem}', 'Keep such rows away with WHERE, CASE or NULLIF.'],
  HW_SQL_FIELD: ['the struct has no field {field} ({place})', "Use one of: {fields}; column->'field' gives null where it is missing."],
  HW_SQL_UDF: ['the function {name} fails: {reason}', 'Correct the function; it is given the values of one row, which may be null.'],
} as const satisfies Errors;
