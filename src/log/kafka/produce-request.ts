import kafkajs from 'kafkajs';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import produce from 'kafkajs/src/protocol/requests/produce/index.js';
import { ByteWriter } from './byte-writer.js';
import { recordBatch, type OutgoingRecord } from './record-batch.js';
import { WireMessage } from './wire-record.js';

/** What kafkajs hands to its encoder of Produce requests. */
interface ProduceArguments {
  readonly acks: number;
  readonly timeout: number;
  readonly compression: kafkajs.CompressionTypes;
  readonly transactionalId?: string | null;
  readonly producerId?: string | number;
  readonly producerEpoch?: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence?: number;
      readonly messages: readonly OutgoingRecord[];
    }[];
  }[];
}

/** Room for what kafkajs writes before the payload: length, kind and version, correlation id, client id. */
const HEADROOM = 512;
/** One buffer is kept for the next request, up to this size. */
const MOST_SPARE_BYTES = 2 ** 23;
let spare: Buffer | undefined;
let installed = false;

/**
 * Has kafkajs write Produce requests by `recordBatch`: its own encoder copies each value eight times, into buffers that it zeroes, and computes the
 * checksum byte by byte in JavaScript, which together take longer than everything else that is done for a picture. Once a process; messages that `toWire`
 * did not make, of whoever else uses kafkajs in it, are written as ever.
 */
export function installProduceRequest(): void {
  if (installed) return;
  installed = true;
  const original = produce.protocol;
  produce.protocol = (which) => (given: ProduceArguments) => {
    const { request, response } = original(which)(given as never);
    if (!isOurs(given)) return { request, response };
    let used: Buffer | undefined;
    const encoded = async (): Promise<Encoder> => {
      const { encoder, whole } = await encode(given);
      used = whole;
      return encoder;
    };
    // A broker that answers has the whole request, so that its bytes may be written over.
    const decode = (answer: Buffer): unknown => {
      if (used && used.length <= MOST_SPARE_BYTES) spare = used;
      used = undefined;
      return response.decode(answer);
    };
    return { request: { ...request, encode: encoded }, response: { ...response, decode } };
  };
  const writer: { writeEncoder: (this: Encoder, other: Encoder) => Encoder } = Encoder.prototype;
  const { writeEncoder } = writer;
  writer.writeEncoder = function (other) {
    const before = this.offset;
    if (other.headroom === undefined || other.headroom < before) return writeEncoder.call(this, other);
    const { buf, offset, headroom } = other;
    const whole = Buffer.from(buf.buffer, buf.byteOffset - before, before + offset);
    this.buf.copy(whole, 0, 0, before);
    this.buf = whole;
    this.offset = whole.length;
    this.headroom = headroom - before;
    return this;
  };
}

function isOurs({ topicData }: ProduceArguments): boolean {
  return topicData.every(({ partitions }) => partitions.every(({ messages }) => messages.every((one) => one instanceof WireMessage)));
}

/** Produce, versions 3 to 7. */
async function encode(given: ProduceArguments): Promise<{ readonly encoder: Encoder; readonly whole: Buffer }> {
  const { acks, timeout, compression, transactionalId = null, producerId = -1, producerEpoch = 0, topicData } = given;
  const body = new ByteWriter().string(transactionalId).int16(acks).int32(timeout).int32(topicData.length);
  for (const { topic, partitions } of topicData) {
    body.string(topic).int32(partitions.length);
    for (const { partition, firstSequence = 0, messages } of partitions) {
      const origin = { producerId: BigInt(producerId), producerEpoch, firstSequence, transactional: transactionalId !== null };
      const batch = await recordBatch(messages, origin, compression);
      body.int32(partition).int32(batch.length).append(batch);
    }
  }
  const encoder = new Encoder();
  encoder.headroom = HEADROOM;
  const whole = room(HEADROOM + body.length);
  encoder.buf = whole.subarray(HEADROOM, HEADROOM + body.length);
  encoder.offset = body.length;
  let at = 0;
  for (const chunk of body.chunks) {
    encoder.buf.set(chunk, at);
    at += chunk.length;
  }
  return { encoder, whole };
}

/** The buffer of an earlier request where it fits, so that not each of many large ones leaves as much behind. */
function room(bytes: number): Buffer {
  const found = spare;
  if (found && found.length >= bytes) {
    spare = undefined;
    return found;
  }
  return Buffer.allocUnsafeSlow(bytes);
}
