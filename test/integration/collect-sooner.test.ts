import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { collectSooner } from '../../src/cli/collect-sooner.js';

const module = fileURLToPath(new URL('../../src/cli/collect-sooner.ts', import.meta.url));

it('leaves the collector alone where the user has said how it works', () => {
  expect(collectSooner(['--max-semi-space-size=64'])).toBe(false);
  expect(collectSooner(['--max_semi_space_size=64'])).toBe(false);
  expect(collectSooner(['--enable-source-maps', '--heap-growing-percent=300'])).toBe(false);
  expect(collectSooner(['--optimize-for-size'])).toBe(false);
});

it('keeps garbage from piling up', () => {
  const most = (sooner: boolean): number => {
    const script = `
      ${sooner ? `if (!(await import(${JSON.stringify(module)})).collectSooner([])) throw new Error('refused');` : ''}
      let most = 0;
      const held = [];
      for (let n = 0; n < 4000; n++) {
        held[n % 300] = Array.from({ length: 10_000 }, (_, at) => at + 0.5);
        if (n % 10 === 0) await new Promise(setImmediate);
        if (n > 2000) most = Math.max(most, process.memoryUsage().heapTotal);
      }
      console.log(most);`;
    return Number(execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' })) / 2 ** 20;
  };
  expect(most(true)).toBeLessThan(0.7 * most(false));
}, 60_000);
