import type { Row } from './batch.js';

/** Rows as Spark's `show` prints them: a frame, right-aligned cells, long cells cut to `width` characters. */
export function formatTable(columns: readonly string[], rows: readonly Row[], width = 20): string {
  const lines = [columns, ...rows.map((row) => columns.map((name) => cell(row[name], width)))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const rule = `+${widths.map((size) => '-'.repeat(size)).join('+')}+`;
  const [head, ...body] = lines.map((line) => `|${line.map((text, column) => text.padStart(widths[column]!)).join('|')}|`);
  return [rule, head, rule, ...body, rule].join('\n');
}

function cell(value: unknown, width: number): string {
  const text = textOf(value);
  return text.length > width ? `${text.slice(0, width - 3)}...` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Float32Array || value instanceof Float64Array)
    return `[${Array.from(value.subarray(0, 8)).join(',')}${value.length > 8 ? ',...' : ''}]`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return value === undefined ? 'undefined' : JSON.stringify(value);
}
