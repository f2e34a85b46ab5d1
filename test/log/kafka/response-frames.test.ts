import { Socket } from 'node:net';
import Connection from 'kafkajs/src/network/connection.js';
import { describe, expect, it, onTestFinished } from 'vitest';

import { installResponseFrames } from '../../../src/log/kafka/response-frames.js';

installResponseFrames();

interface Answer {
  readonly correlationId: number;
  readonly text: string;
}

/** What is left of a connection when nothing but answers come: where its data goes. */
function listening(): { take: (data: Buffer) => void; answers: Answer[]; socket: Socket } {
  const socket = new Socket();
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const answers: Answer[] = [];
  const connection: Pick<Connection, 'socket' | 'authHandlers' | 'authExpectResponse' | 'requestQueue'> = {
    socket,
    authHandlers: null,
    authExpectResponse: false,
    requestQueue: { fulfillRequest: ({ correlationId, payload }) => void answers.push({ correlationId, text: payload.toString() }) },
  };
  return { take: (data) => Connection.prototype.processData.call(connection as Connection, data), answers, socket };
}

function answer(correlationId: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(4 + text.length);
  head.writeInt32BE(correlationId, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

describe('the answers of a connection', () => {
  const sent = [answer(1, 'first'), answer(2, ''), answer(3, 'x'.repeat(1000))];
  const whole = Buffer.concat(sent);

  it.each([1, 3, 7, 64, whole.length])('are whole where their bytes come by %i, into a buffer that is used again', (step) => {
    const { take, answers } = listening();
    const shared = Buffer.alloc(step);
    for (let at = 0; at < whole.length; at += step) take(shared.subarray(0, whole.copy(shared, 0, at, at + step)));
    expect(answers).toEqual([
      { correlationId: 1, text: 'first' },
      { correlationId: 2, text: '' },
      { correlationId: 3, text: 'x'.repeat(1000) },
    ]);
  });

  it('end the connection where they are none of a broker', () => {
    const { take, answers, socket } = listening();
    take(Buffer.from([255, 255, 255, 255, 1, 2]));
    expect(socket.destroyed).toBe(true);
    expect(answers).toEqual([]);
  });
});
