/** Rows as text columns: numbers to the right, everything else to the left, columns without any value left out. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string {
  const columns = headings.flatMap((heading, column) => {
    const cells = rows.map((row) => row[column]);
    if (rows.length > 0 && cells.every((cell) => cell === undefined)) return [];
    const width = Math.max(heading.length, ...cells.map((cell) => String(cell ?? '').length));
    const right = cells.some((cell) => typeof cell === 'number');
    const pad = (text: string): string => (right ? text.padStart(width) : text.padEnd(width));
    return [[heading, ...cells.map((cell) => String(cell ?? ''))].map(pad)];
  });
  const lines = [headings, ...rows].map((_, line) => columns.map((column) => column[line]).join('  '));
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
