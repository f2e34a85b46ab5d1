import { readdirSync } from 'node:fs';

import { alternate, type OpenBench } from './bench.js';

const here = new URL('.', import.meta.url);
const known = readdirSync(here).flatMap((file) => /^(.+)\.bench\.js$/.exec(file)?.[1] ?? []);

const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !known.includes(name)) {
  console.error(`usage: npm run bench -- <name> [--json] [--option value ...]\nbenches: ${known.join(', ')}`);
  process.exit(2);
}
const json = rest.includes('--json');
const options = optionsOf(rest.filter((word) => word !== '--json'));
const { open } = (await import(new URL(`${name}.bench.js`, here).href)) as { open: OpenBench };
const bench = await open(options);
const result = await alternate(name, bench, (line) => json || console.log(line));
await bench.close();
console.log(JSON.stringify(result));

/** `--images folder --racing` as a record; a word without a value has the empty one. */
function optionsOf(words: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  words.forEach((word, at) => {
    if (!word.startsWith('--')) return;
    const next = words[at + 1];
    found[word.slice(2)] = next === undefined || next.startsWith('--') ? '' : next;
  });
  return found;
}
