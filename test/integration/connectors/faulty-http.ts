import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { uniformAt } from '../../../src/ml/random.js';

/** What it does to requests. */
export interface Faults {
  /** Part of the requests that are answered 500 without reaching the server. */
  readonly refused?: number;
  /** Part of the requests that the server carries out, and whose answer is a 500 all the same. */
  readonly lost?: number;
  /** Every answer is held back this long. */
  readonly delayMs?: number;
}

/** Stands between a client and an HTTP server and answers some requests with errors, at random from a seed. */
export class FaultyHttp {
  faults: Faults = {};
  /** How many requests it has answered with an error. */
  errors = 0;
  #requests = 0;
  readonly #server: Server;

  private constructor(
    private readonly target: number,
    private readonly seed: number,
  ) {
    this.#server = createServer((incoming, answer) => void this.#handle(incoming, answer).catch(() => answer.destroy()));
  }

  static async start(target: number, seed: number): Promise<FaultyHttp> {
    const proxy = new FaultyHttp(target, seed);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { refused = 0, lost = 0, delayMs = 0 } = this.faults;
    const draw = uniformAt(this.seed, this.#requests++);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    if (delayMs > 0) await pause(delayMs);
    if (draw < refused) {
      this.#fail(answer);
      return;
    }
    const { status, headers, body } = await this.#forward(incoming, Buffer.concat(chunks));
    if (draw < refused + lost) this.#fail(answer);
    else answer.writeHead(status, headers).end(body);
  }

  #fail(answer: ServerResponse): void {
    this.errors++;
    answer.writeHead(500).end();
  }

  #forward(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ port: this.target, host: '127.0.0.1', method, path: url, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 500, headers: response.headers, body: Buffer.concat(chunks) }));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
