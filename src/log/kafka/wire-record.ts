import type { IHeaders, Message } from 'kafkajs';
import type { Header, LogRecord, NewRecord } from '../../record.js';
import { recordBytes } from '../fetch-limits.js';
import type { OutgoingRecord } from './record-batch.js';
import { headersFromWire } from './wire-headers.js';

/** A record as kafkajs decodes it, with what it knows of the batch around it. */
export interface WireRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
  readonly isControlRecord?: boolean;
  readonly batchContext?: {
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
  };
}

export function fromWire(topic: string, partition: number, { offset, timestamp, key, value, headers }: WireRecord): LogRecord {
  return { topic, partition, offset: Number(offset), timestamp: Number(timestamp), key, value, headers: headersFromWire(headers) };
}

/** A record for `recordBatch`, which reads more out of it than out of a message of kafkajs: headers in order, with null, and a number as timestamp. */
export class WireMessage implements OutgoingRecord {
  constructor(
    readonly partition: number,
    readonly key: Uint8Array | null,
    readonly value: Uint8Array | null,
    readonly timestamp: number,
    readonly headers: readonly Header[],
  ) {}
}

/** kafkajs hands messages on as they are: see `installProduceRequest`. */
export function toWire({ key, value, timestamp, headers = [] }: NewRecord, partition: number, now: number): Message {
  return new WireMessage(partition, key, value, timestamp ?? now, headers) as unknown as Message;
}

/** Bytes of a record on the wire, about: its own and the framing's. */
export function wireBytes(record: NewRecord | LogRecord): number {
  return 32 + 8 * (record.headers?.length ?? 0) + recordBytes(record);
}
