import type { Store } from '../topology/store.js';

/** The last `size` values of each key, in stores: one write a value, however many are held. */
export class Ring<V> {
  constructor(
    private readonly counts: Store<number>,
    private readonly slots: Store<V>,
    private readonly size: number,
  ) {}

  /** How many values a key has had, those that were pushed out included. */
  count(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  /** Adds a value and returns the one that it pushes out, if any. */
  push(key: string, value: V): V | undefined {
    const count = this.count(key);
    const slot = `${key}#${count % this.size}`;
    const oldest = this.slots.get(slot);
    this.slots.set(slot, value);
    this.counts.set(key, count + 1);
    return oldest;
  }

  /** The values that are held, oldest first. */
  values(key: string): V[] {
    const count = this.count(key);
    const held = Math.min(count, this.size);
    return Array.from({ length: held }, (_, index) => this.slots.get(`${key}#${(count - held + index) % this.size}`)!);
  }
}
