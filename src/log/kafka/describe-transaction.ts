import type { Broker } from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import protocol from 'kafkajs/src/protocol/error.js';

interface Described {
  readonly errorCode: number;
  readonly state: string;
}

/** kafkajs's broker with the connections that its types leave out. */
interface ConnectedBroker extends Broker {
  readonly connectionPool: {
    send(call: {
      request: { apiKey: number; apiVersion: number; apiName: string; encode: () => Promise<Encoder> };
      response: { decode: (bytes: Buffer) => Promise<Described>; parse: (answer: Described) => Promise<string> };
    }): Promise<string>;
  };
}

const transactionalIdNotFound = 105;

/**
 * The state of the newest transaction of `transactionalId`, as its coordinator names it: `Empty`, `Ongoing`, `CompleteCommit`, `CompleteAbort`, `Dead`, or one
 * that passes and begins with `Prepare`. Asks with DescribeTransactions version 0 (KIP-664, Apache Kafka 3.0), which kafkajs does not know.
 */
export async function describeTransaction(coordinator: Broker, transactionalId: string): Promise<string> {
  return await (coordinator as ConnectedBroker).connectionPool.send({
    request: { apiKey: 65, apiVersion: 0, apiName: 'DescribeTransactions', encode: () => Promise.resolve(encoded(transactionalId)) },
    response: { decode: (bytes) => Promise.resolve(decoded(bytes)), parse: stateOf },
  });
}

/** TAG_BUFFER [transactional_ids] TAG_BUFFER */
function encoded(transactionalId: string): Encoder {
  return new Encoder()
    .writeUVarIntBytes()
    .writeUVarIntArray([new Encoder().writeUVarIntString(transactionalId)])
    .writeUVarIntBytes();
}

/** TAG_BUFFER throttle_time_ms [error_code transactional_id transaction_state ...] */
function decoded(bytes: Buffer): Described {
  const decoder = new Decoder(bytes);
  decoder.readTaggedFields();
  decoder.readInt32();
  decoder.readUVarInt();
  const errorCode = decoder.readInt16();
  decoder.readUVarIntString();
  return { errorCode, state: decoder.readUVarIntString() };
}

function stateOf({ errorCode, state }: Described): Promise<string> {
  if (errorCode === transactionalIdNotFound) return Promise.resolve('Empty');
  return protocol.failure(errorCode) ? Promise.reject(protocol.createErrorFromCode(errorCode)) : Promise.resolve(state);
}
