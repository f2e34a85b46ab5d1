import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { uniformAt } from '../../../src/ml/random.js';

/** How a proxy treats what flows through it. */
export interface Flakiness {
  /** A connection is cut after a time drawn up to this; no cut without it. */
  readonly cutAfterMs?: number;
  /** Every chunk is held back this long. */
  readonly delayMs?: number;
}

/** Stands between a client and a server and breaks or slows the connections. */
export class FlakyProxy {
  flakiness: Flakiness = {};
  /** How many connections it has cut. */
  cuts = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Set<() => void>();
  #connections = 0;

  private constructor(
    private readonly target: number,
    private readonly seed: number,
  ) {
    this.#server = createServer((socket) => this.#connected(socket));
  }

  static async start(target: number, seed: number): Promise<FlakyProxy> {
    const proxy = new FlakyProxy(target, seed);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts what is connected now. */
  cut(): void {
    for (const end of [...this.#open]) {
      this.cuts++;
      end();
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(client: Socket): void {
    const { cutAfterMs } = this.flakiness;
    const server = createConnection({ port: this.target, host: '127.0.0.1' });
    const end = (): void => {
      this.#open.delete(end);
      client.destroy();
      server.destroy();
    };
    this.#open.add(end);
    const forward = async (from: Socket, to: Socket): Promise<void> => {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        if (this.flakiness.delayMs) await new Promise((resolve) => setTimeout(resolve, this.flakiness.delayMs));
        if (!to.write(chunk)) await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
      }
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', end).on('close', () => this.#sockets.delete(socket));
    }
    if (cutAfterMs !== undefined) {
      const cut = setTimeout(
        () => {
          this.cuts++;
          end();
        },
        uniformAt(this.seed, this.#connections++) * cutAfterMs,
      );
      client.on('close', () => clearTimeout(cut));
    }
    for (const way of [forward(client, server), forward(server, client)]) void way.catch(() => undefined).then(end);
  }
}
