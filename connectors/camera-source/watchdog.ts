/** Ends what waits for a picture that does not come: its signal aborts when nothing was heard for `ms`, or when the outer signal does. */
export class Watchdog {
  readonly signal: AbortSignal;
  readonly #late = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ms: number,
    outer: AbortSignal,
  ) {
    this.signal = AbortSignal.any([outer, this.#late.signal]);
    this.restart();
  }

  /** Begins to wait for the next picture. */
  restart(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#late.abort(), this.ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** What to throw instead of what the abort caused. */
  reason(thrown: unknown): unknown {
    return this.#late.signal.aborted ? new Error(`no picture came for ${this.ms} ms`, { cause: thrown }) : thrown;
  }
}
