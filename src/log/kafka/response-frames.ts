import { connect, type Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import Connection from 'kafkajs/src/network/connection.js';

/** As kafkajs has it. */
const KEEP_ALIVE_MS = 60_000;
const READ_BYTES = 2 ** 16;
const LENGTH_BYTES = 4;
const frames = new WeakMap<Socket, Frame>();
let installed = false;

/** An answer on its way in: its length, then its bytes, each filled as they come. */
class Frame {
  readonly length = Buffer.alloc(LENGTH_BYTES);
  body: Buffer | undefined;
  filled = 0;

  /** Takes what belongs to this frame from `data` at `from`, and says where the rest begins. */
  take(data: Buffer, from: number): number {
    const into = this.body ?? this.length;
    const end = Math.min(data.length, from + into.length - this.filled);
    this.filled += data.copy(into, this.filled, from, end);
    if (this.body === undefined && this.filled === LENGTH_BYTES) {
      this.body = Buffer.allocUnsafeSlow(this.length.readInt32BE());
      this.filled = 0;
    }
    return end;
  }

  get complete(): boolean {
    return this.body !== undefined && this.filled === this.body.length;
  }
}

/**
 * Has kafkajs put answers together in the one buffer that they end in: its own way copies each twice and holds on to the last one of each connection.
 * Once a process; the data that a socket gives may be overwritten as soon as it is taken.
 */
export function installResponseFrames(): void {
  if (installed) return;
  installed = true;
  Connection.prototype.processData = processData;
}

function processData(this: Connection, data: Buffer): void {
  if (this.authHandlers && !this.authExpectResponse) {
    this.authHandlers.onSuccess(Buffer.from(data));
    return;
  }
  for (let at = 0; at < data.length;) {
    const frame = frames.get(this.socket) ?? new Frame();
    frames.set(this.socket, frame);
    try {
      at = frame.take(data, at);
    } catch (cause) {
      this.socket.destroy(new Error('what answers is no Kafka broker', { cause }));
      return;
    }
    if (!frame.complete) continue;
    frames.delete(this.socket);
    const body = frame.body!;
    if (this.authHandlers) {
      this.authHandlers.onSuccess(Buffer.concat([frame.length, body]));
      return;
    }
    this.requestQueue.fulfillRequest({ size: body.length, correlationId: body.readInt32BE(), payload: body.subarray(4) });
  }
}

/** A plain connection whose every read goes into the same buffer. */
export const plainSocket: ISocketFactory = ({ host, port, onConnect }) => {
  const socket: Socket = connect(
    {
      host,
      port,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback(bytes, buffer) {
          socket.emit('data', (buffer as Buffer).subarray(0, bytes));
          return true;
        },
      },
    },
    onConnect,
  );
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
};
