import { globSync } from 'tinyglobby';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { parityRows, type ParityRow } from './parity.js';
import { readParity } from './parity-table.js';

const written = readParity(readFileSync(new URL('golden/PARITY.md', import.meta.url), 'utf8'));

it('lists every row of parity with its reference and tolerance (else: HEADWATER_PARITY=1 npx vitest run)', () => {
  const wanted = Object.entries<ParityRow>(parityRows).map(([name, row]) => ({ name, ...row }));
  expect(written.map(({ name, reference, measure, tolerance }) => ({ name, reference, measure, tolerance }))).toEqual(wanted);
  for (const { name, measured, tolerance } of written) expect(measured, name).toBeLessThanOrEqual(tolerance);
});

it('has a test for every row', () => {
  const root = new URL('.', import.meta.url).pathname;
  const sources = globSync('**/*.test.ts', { cwd: root }).map((file) => readFileSync(root + file, 'utf8'));
  const missing = Object.keys(parityRows).filter((name) => {
    const [network, part] = name.split(': ');
    return !sources.some((text) => text.includes(name) || (text.includes(`\${name}: ${part}`) && text.includes('networkNames') && network));
  });
  expect(missing).toEqual([]);
});
