import type { ServerResponse } from 'node:http';

import type { Clock } from '../time/clock.js';

/** Milliseconds from one state to the next. */
const tickMs = 500;
/** Pages that may listen at once. */
const most = 32;

/** Server-sent events (WHATWG HTML, section 9.2): sends every listener the state, as JSON, twice a second. It looks only while somebody listens. */
export class EventStream {
  readonly #listeners = new Set<ServerResponse>();
  readonly #ending = new AbortController();
  #running = false;

  constructor(
    private readonly clock: Clock,
    private readonly state: () => Promise<unknown>,
  ) {}

  get full(): boolean {
    return this.#listeners.size >= most;
  }

  /** Sends events to `response` until its other end goes away. */
  add(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('retry: 2000\n\n');
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
    if (!this.#running) void this.#run();
  }

  end(): void {
    this.#ending.abort();
    for (const response of this.#listeners) response.end();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (!this.#ending.signal.aborted && this.#listeners.size > 0) {
      const event = await this.state().then(
        (state) => `event: overview\ndata: ${JSON.stringify(state)}\n\n`,
        () => ': the log does not answer\n\n', // /readyz says why
      );
      for (const listener of this.#listeners) {
        // A slow page gets a later state instead of all of them.
        if (!listener.writableNeedDrain && !listener.writableEnded) listener.write(event);
      }
      await this.clock.sleep(tickMs, this.#ending.signal);
    }
    this.#running = false;
  }
}
