import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { parityLine, readParity, type Measured } from './parity-table.js';

const table = new URL('golden/PARITY.md', import.meta.url);
let folder: string | undefined;

/** With HEADWATER_PARITY=1 the tests note what they measure, and the rows that they touched are written anew. */
export function setup(): void {
  if (process.env['HEADWATER_PARITY'] !== '1') return;
  folder = mkdtempSync(path.join(tmpdir(), 'parity-'));
  process.env['HEADWATER_PARITY_FILE'] = path.join(folder, 'rows.jsonl');
}

export function teardown(): void {
  if (folder === undefined) return;
  const file = path.join(folder, 'rows.jsonl');
  const notes = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  rmSync(folder, { recursive: true });
  const measured = new Map<string, number>();
  for (const note of notes) {
    const { name, measured: own } = JSON.parse(note) as Measured;
    measured.set(name, Math.max(own, measured.get(name) ?? 0));
  }
  const old = readFileSync(table, 'utf8');
  for (const { name, measured: before } of readParity(old)) if (!measured.has(name)) measured.set(name, before);
  const head = old.slice(0, old.indexOf('| row |'));
  writeFileSync(table, `${head}${parityLine(measured)}\n`);
}
