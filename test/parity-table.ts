import { parityRows, type ParityRow } from './parity.js';

export interface Measured {
  readonly name: string;
  readonly measured: number;
}

const header = ['| row | reference | difference | tolerance | measured |', '| --- | --- | --- | --- | --- |'];

/** The table in Markdown, of the rows that have a number, in the order of the list. */
export function parityLine(measured: ReadonlyMap<string, number>): string {
  const lines = Object.entries<ParityRow>(parityRows).flatMap(([name, { reference, measure, tolerance }]) => {
    const own = measured.get(name);
    return own === undefined ? [] : [`| ${name} | ${reference} | ${measure} | ${figure(tolerance)} | ${figure(own)} |`];
  });
  return [...header, ...lines].join('\n');
}

/** The rows of a written table. */
export function readParity(text: string): (Measured & ParityRow)[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !header.includes(line))
    .map((line) => {
      const [name, reference, measure, tolerance, measured] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { name: name!, reference: reference!, measure: measure!, tolerance: Number(tolerance), measured: Number(measured) };
    });
}

function figure(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
