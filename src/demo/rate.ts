/** A rate over the last four seconds. */
export class Rate {
  readonly #points: { readonly at: number; readonly count: number }[] = [];

  per(count: number): number {
    const now = performance.now();
    this.#points.push({ at: now, count });
    while (this.#points.length > 2 && now - this.#points[0]!.at > 4000) this.#points.shift();
    const { at, count: before } = this.#points[0]!;
    return now === at ? 0 : ((count - before) * 1000) / (now - at);
  }
}
