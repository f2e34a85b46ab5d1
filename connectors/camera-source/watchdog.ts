/** Ends what waits for a picture that does not come: its signal aborts when nothing was heard for `ms`, or when the outer signal does. */
export class Watchdog {
  readonly #controller = new AbortController();
  readonly #abort = (): void => this.#controller.abort();
  #timer: NodeJS.Timeout | undefined;
  #late = false;

  constructor(
    private readonly ms: number,
    private readonly outer: AbortSignal,
  ) {
    outer.addEventListener('abort', this.#abort);
    if (outer.aborted) this.#abort();
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Begins to wait for the next picture. */
  restart(): void {
    this.pause();
    this.#timer = setTimeout(() => {
      this.#late = true;
      this.#abort();
    }, this.ms);
  }

  /** Waits for nothing until it is restarted. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Waits no more. */
  stop(): void {
    this.pause();
    this.outer.removeEventListener('abort', this.#abort);
  }

  /** What to throw instead of what the abort caused. */
  reason(thrown: unknown): unknown {
    return this.#late ? new Error(`no picture came for ${this.ms} ms`, { cause: thrown }) : thrown;
  }
}
