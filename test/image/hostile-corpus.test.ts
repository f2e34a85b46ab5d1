import { describe, expect, it } from 'vitest';

import { HeadwaterError, LazyImage } from '../../src/index.js';
import { hostileCorpus } from './hostile-corpus.js';

const corpus = await hostileCorpus();
const before = process.memoryUsage.rss();

describe('decoding what a camera should not send', () => {
  it('is tried on at least sixty payloads, each under its own name', () => {
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThan(60);
  });

  it.each(corpus)('$name: $expected', async ({ bytes, expected }) => {
    const started = performance.now();
    const outcome = await LazyImage.from(bytes)
      .resize({ width: 32, height: 32 })
      .pixels()
      .then(
        ({ data }) => (data.length === 32 * 32 * 3 ? 'decoded' : 'wrong size'),
        (thrown: unknown) => (thrown instanceof HeadwaterError ? thrown.code : thrown),
      );
    expect(performance.now() - started).toBeLessThan(5000);
    if (expected === 'either') expect(outcome).toMatch(/^(decoded|HW_IMAGE_(CORRUPT|LIMIT|FORMAT))$/);
    else expect(outcome).toBe(expected);
  });

  it('keeps memory bounded', () => {
    expect(process.memoryUsage.rss() - before).toBeLessThan(1.25 * 2 ** 30);
  });
});
