import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignPartitions } from '../../src/log/group-assignment.js';

describe('the assignment of partitions', () => {
  it('moves only what balance asks for when a member joins', () => {
    expect(assignPartitions(4, [[0, 1, 2, 3], []])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('hands what a member leaves to the others and leaves them theirs', () => {
    expect(assignPartitions(4, [[2, 3]])).toEqual([[0, 1, 2, 3]]);
  });

  it('leaves surplus members empty-handed', () => {
    expect(assignPartitions(1, [[], [0], []])).toEqual([[], [0], []]);
  });

  it('gives every partition to one member, evenly, whatever they held', () => {
    const held = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 8 }), fc.infiniteStream(fc.nat(8)));
    fc.assert(
      fc.property(held, ([partitions, members, owners]) => {
        const owned = Array.from({ length: members }, (): number[] => []);
        for (let partition = 0; partition < partitions; partition++) owned[owners.next().value as number]?.push(partition);
        const assigned = assignPartitions(partitions, owned);
        expect(assigned.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: partitions }, (_, i) => i));
        const counts = assigned.map((list) => list.length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
