import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const plain = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#555' } })
  .jpeg()
  .toBuffer();

/** A JPEG that says its number in a comment. */
export function picture(n: number, padding = 0): Buffer {
  const text = Buffer.from(`picture ${n}.`.padEnd(padding, ' '));
  const comment = Buffer.concat([Buffer.of(0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 0xff), text]);
  return Buffer.concat([plain.subarray(0, 2), comment, plain.subarray(2)]);
}

/** The number of the picture somewhere in these bytes. */
export function numberIn(bytes: Uint8Array): number {
  return Number(/picture (\d+)\./.exec(Buffer.from(bytes).toString('latin1'))?.[1]);
}

/** A camera: an HTTP server whose behaviour can be changed while it runs. */
export class PictureServer {
  /** All requests so far. */
  readonly requests: IncomingMessage[] = [];
  #server: Server;
  /** Any at first, and then always the same. */
  #port = 0;

  private constructor(public handler: Handler) {
    this.#server = this.#serve();
  }

  static async start(handler: Handler): Promise<PictureServer> {
    const server = new PictureServer(handler);
    await server.#listening();
    return server;
  }

  url(path = '/snapshot.jpg', credentials = ''): string {
    return `http://${credentials}${this.host}${path}`;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Hangs up on everybody and listens no more. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again where it did before. */
  async restart(): Promise<void> {
    this.#server = this.#serve();
    await this.#listening();
  }

  #serve(): Server {
    return createServer((request, response) => {
      this.requests.push(request);
      this.handler(request, response);
    });
  }

  async #listening(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }
}

/** Writes one part of an MJPEG stream with the boundary `frame`. */
export function writePart(response: ServerResponse, body: Buffer): void {
  response.write(Buffer.concat([Buffer.from(`--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${body.length}\r\n\r\n`), body]));
  response.write('\r\n');
}

export const MJPEG = { 'content-type': 'multipart/x-mixed-replace; boundary=frame' };
