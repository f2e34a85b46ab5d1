/** Parts of kafkajs that its types leave out: what its own requests are written with, and its sockets. */
declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    buf: Buffer;
    offset: number;
    /** Bytes before `buf` that nobody else uses; only requests of `installProduceRequest` have it. */
    headroom?: number;
    writeEncoder(other: Encoder): this;
    writeUVarIntString(value: string): this;
    writeUVarIntArray(values: readonly Encoder[]): this;
    /** Without an argument: no tagged fields. */
    writeUVarIntBytes(): this;
  }
}

declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(bytes: Buffer);
    readInt16(): number;
    readInt32(): number;
    readUVarInt(): number;
    readUVarIntString(): string;
    readTaggedFields(): unknown;
  }
}

declare module 'kafkajs/src/protocol/error.js' {
  import type { KafkaJSProtocolError } from 'kafkajs';

  const protocol: { failure(code: number): boolean; createErrorFromCode(code: number): KafkaJSProtocolError };
  export default protocol;
}

declare module 'kafkajs/src/protocol/requests/produce/index.js' {
  const produce: {
    protocol: (which: { version: number }) => (given: never) => { request: object; response: { decode(answer: Buffer): unknown } };
  };
  export default produce;
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';

  const socketFactory: () => ISocketFactory;
  export default socketFactory;
}

declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net';

  export default class Connection {
    socket: Socket;
    /** There while the connection logs in. */
    authHandlers: { onSuccess(data: Buffer): void } | null;
    authExpectResponse: boolean;
    requestQueue: { fulfillRequest(answer: { size: number; correlationId: number; payload: Buffer }): void };
    processData(data: Buffer): void;
  }
}
