import type { IHeaders, Message } from 'kafkajs';
import type { LogRecord, NewRecord } from '../../record.js';
import { recordBytes } from '../fetch-limits.js';
import { headersFromWire, headersToWire } from './wire-headers.js';

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

export function toWire({ key, value, timestamp, headers = [] }: NewRecord, partition: number, now: number): Message {
  return {
    partition,
    key: key === null ? null : Buffer.from(key.buffer, key.byteOffset, key.byteLength),
    value: value === null ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    timestamp: String(timestamp ?? now),
    ...(headers.length === 0 ? {} : { headers: headersToWire(headers) }),
  };
}

/** Bytes of a record on the wire, about: its own and the framing's. */
export function wireBytes(record: NewRecord | LogRecord): number {
  return 32 + 8 * (record.headers?.length ?? 0) + recordBytes(record);
}
