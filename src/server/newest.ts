/** The newest values of a stream, oldest first; as many as `limit`. */
export class Newest<T> {
  readonly #values: T[] = [];

  constructor(private readonly limit: number) {}

  push(value: T): void {
    this.#values.push(value);
    if (this.#values.length > this.limit) this.#values.shift();
  }

  get values(): readonly T[] {
    return this.#values;
  }
}

/** Sets an entry as the newest and drops the oldest beyond `limit`. */
export function setNewest<K, V>(entries: Map<K, V>, key: K, value: V, limit: number): void {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size > limit) entries.delete(entries.keys().next().value!);
}
