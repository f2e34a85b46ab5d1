import { setTimeout as pause } from 'node:timers/promises';
import { concat, firstValueFrom, from, NEVER, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { mapAhead } from '../../src/operators/map-ahead.js';

const numbers = Array.from({ length: 20 }, (_, n) => n);

describe('mapAhead', () => {
  it('keeps the order, and holds so many results and no more', async () => {
    let [begun, taken, most] = [0, 0, 0];
    const project = async (n: number): Promise<number> => {
      most = Math.max(most, ++begun - taken);
      await pause(n % 5 === 0 ? 30 : 1);
      return n;
    };
    const found: number[] = [];
    await from(numbers)
      .pipe(mapAhead(project, 4))
      .forEach((n) => void (taken++, found.push(n)));
    expect(found).toEqual(numbers);
    expect(most).toBe(4);
  });

  it('gives at once what is there at once, and lets nothing overtake a promise', async () => {
    const project = (n: number): number | Promise<number> => (n === 2 ? pause(20, n) : n);
    const found: number[] = [];
    const subscription = concat(from(numbers), NEVER)
      .pipe(mapAhead(project, 4))
      .subscribe((n) => found.push(n));
    expect(found).toEqual([0, 1]);
    await pause(60);
    subscription.unsubscribe();
    expect(found).toEqual(numbers);
  });

  it('fails in turn, after what was before', async () => {
    const found: number[] = [];
    const project = async (n: number): Promise<number> => {
      if (n === 3) throw new Error('three');
      await pause(n === 1 ? 30 : 1);
      return n;
    };
    const work = from(numbers)
      .pipe(mapAhead(project, 8))
      .forEach((n) => void found.push(n));
    await expect(work).rejects.toThrow('three');
    expect(found).toEqual([0, 1, 2]);
  });

  it('begins anew with each subscription', async () => {
    const mapped = of(1, 2).pipe(
      mapAhead((n) => Promise.resolve(n), 1),
      toArray(),
    );
    expect([await firstValueFrom(mapped), await firstValueFrom(mapped)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });
});
