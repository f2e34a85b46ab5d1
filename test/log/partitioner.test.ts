import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { murmur2, partitionFor, Partitioner } from '../../src/log/partitioner.js';

interface Golden {
  key: string;
  hash: number;
  of6: number;
  of1000: number;
}
const golden = JSON.parse(readFileSync(new URL('../golden/murmur2/murmur2.json', import.meta.url), 'utf8')) as Golden[];

describe('the partitioner', () => {
  it("gives the hashes and partitions of Kafka's Java client", () => {
    const ours = golden.map(({ key }) => {
      const bytes = Buffer.from(key, 'hex');
      return { key, hash: murmur2(bytes), of6: partitionFor(bytes, 6), of1000: partitionFor(bytes, 1000) };
    });
    expect(ours).toEqual(golden);
  });

  it('takes each partition in turn for records without a key', () => {
    const partitioner = new Partitioner();
    const partitions = Array.from({ length: 4 }, () => partitioner.partitionOf({ topic: 'frames', key: null, value: null }, 3));
    expect(partitions).toEqual([0, 1, 2, 0]);
  });

  it("lets a record's own partition win over its key", () => {
    expect(new Partitioner().partitionOf({ topic: 'frames', key: Buffer.from('a'), value: null, partition: 2 }, 3)).toBe(2);
  });
});
