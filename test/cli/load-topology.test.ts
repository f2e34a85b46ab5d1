import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { json } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

import { loadTopology } from '../../src/cli/load-topology.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-topology-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each([
  ['commonjs', 'counting.ts'],
  ['module', 'counting.ts'],
  ['commonjs', 'counting.mts'],
  ['commonjs', 'counting.js'],
])("loads a topology of somebody's %s package, its state is the task's: %s", async (type, name) => {
  const number = name.endsWith('ts') ? ': number' : '';
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
  await writeFile(join(folder, 'twice.ts'), 'export const twice = (value: number): number => 2 * value;\n');
  const lines = [
    "import { json, scanState, topology } from 'headwater';",
    "import { twice } from './twice';",
    `const add = (sum${number}, value${number}) => sum + twice(value);`,
    "export default topology('summing', ({ source, sink }) => {",
    "  sink('sums', json(), source('numbers', json()).pipe(scanState({ name: 'sum', seed: () => 0 }, add)));",
    '});',
  ];
  await writeFile(join(folder, name), lines.join('\n'));
  const driver = await TopologyDriver.start(await loadTopology(join(folder, name)));
  await driver.pipe('numbers', json(), [
    { key: 'a', value: 1 },
    { key: 'a', value: 2 },
  ]);
  expect((await driver.read('sums', json())).map(({ value }) => value)).toEqual([2, 6]);
  await driver.close();
});

it.each([
  ['export default 7;', /its default export is no topology/],
  ['export default topology(', /counting\.ts/],
  ["import { nothing } from './nowhere';\nexport default nothing;", /nowhere/],
])('says what is wrong with a file: %s', async (text, message) => {
  const file = join(folder, 'counting.ts');
  await writeFile(file, text);
  await expect(loadTopology(file)).rejects.toThrow(message);
});
