import type { IHeaders, Message } from 'kafkajs';
import type { LogRecord, NewRecord } from '../../record.js';
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

/** A record for `recordBatch`, which reads more out of a message than kafkajs's type says: headers in order, with null, and a number as timestamp. */
export function toWire({ key, value, timestamp, headers = [] }: NewRecord, partition: number, now: number): Message {
  const message: OutgoingRecord & { partition: number } = { partition, key, value, timestamp: timestamp ?? now, headers };
  return message as unknown as Message;
}

/** Bytes of a record on the wire, about: its own and the framing's. */
export function wireBytes(record: NewRecord | LogRecord): number {
  return 32 + 8 * (record.headers?.length ?? 0) + recordBytes(record);
}
