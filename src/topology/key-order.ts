import { OrderedMap } from '@js-sdsl/ordered-map';

/** Keys of a store in an order of their own, such as by time, kept beside it in memory so that a scan touches only what it returns. */
export class KeyOrder {
  readonly #keys = new OrderedMap<string, string>([], compare);

  /** `place` gives the text by which a key is ordered (one for each key), `undefined` for a key that has no place here. */
  constructor(private readonly place: (key: string) => string | undefined) {}

  /** Keys whose place is at or after `from` and before `to`, in order. The store may be changed meanwhile. */
  *range(from: string, to: string): Generator<string> {
    const keys = this.#keys;
    for (let at = keys.lowerBound(from); at.isAccessible();) {
      const [place, key] = at.pointer;
      if (place >= to) return;
      yield key;
      at = keys.upperBound(place); // anew, since an iterator does not outlive a change
    }
  }

  /** The same keys from the last one back to the first. */
  *backwards(from: string, to: string): Generator<string> {
    const keys = this.#keys;
    for (let at = keys.reverseUpperBound(to); at.isAccessible();) {
      const [place, key] = at.pointer;
      if (place < from) return;
      yield key;
      at = keys.reverseUpperBound(place);
    }
  }

  add(key: string): void {
    const place = this.place(key);
    if (place !== undefined) this.#keys.setElement(place, key);
  }

  delete(key: string): void {
    const place = this.place(key);
    if (place !== undefined) this.#keys.eraseElementByKey(place);
  }

  clear(): void {
    this.#keys.clear();
  }
}

/** By UTF-16 code units, as `<` compares texts. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
