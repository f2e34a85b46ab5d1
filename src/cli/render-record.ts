import { createHash } from 'node:crypto';
import type { LogRecord } from '../record.js';
import { partitionName } from '../record.js';

/** A record as one line of JSON. Bytes are named by length and hash, never dumped. */
export function recordAsJson(record: LogRecord, value: unknown): string {
  const { topic, partition, offset, timestamp, key, headers } = record;
  const named = headers.length === 0 ? {} : { headers: headers.map(({ key: name, value: bytes }) => [name, textOf(bytes)]) };
  return JSON.stringify({ topic, partition, offset, timestamp, key: textOf(key), value: jsonValue(value), ...named });
}

/** A record as one line for a person: place, time, key, and the value in short. */
export function recordAsText(record: LogRecord, value: unknown): string {
  const time = new Date(record.timestamp).toISOString();
  return [`${partitionName(record)}@${record.offset}`, time, textOf(record.key) ?? '-', cellText(value)].join('  ');
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}

/** A value as JSON prints it: vectors as lists, bytes by length and hash. */
export function jsonValue(value: unknown): unknown {
  if (value instanceof Float32Array || value instanceof Float64Array) return [...value];
  if (value instanceof Uint8Array) return { bytes: value.length, sha256: sha256(value) };
  if (Array.isArray(value)) return value.map(jsonValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, jsonValue(field)]));
}

const SHOWN = 3;

/** A value in short: a few numbers of a vector, the size and hash of bytes. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Float64Array) return `[${value.length}] ${numbers([...value])}`;
  if (value instanceof Float32Array) return `float32[${value.length}] ${numbers([...value])}`;
  if (value instanceof Uint8Array) return `${size(value.length)} sha256 ${sha256(value).slice(0, 12)}…`;
  if (Array.isArray(value)) return shortArray(value);
  if (isPicture(value)) return shortPicture(value);
  if (typeof value === 'object') return shortFields(Object.entries(value));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shortArray(items: readonly unknown[]): string {
  if (items.length > SHOWN && items.every((item) => typeof item === 'number')) return `[${items.length}] ${numbers(items)}`;
  const more = items.length > SHOWN ? `, … ${items.length - SHOWN} more` : '';
  return `[${items.slice(0, SHOWN).map(cellText).join(', ')}${more}]`;
}

function shortFields(fields: readonly (readonly [string, unknown])[]): string {
  return `{${fields.map(([name, field]) => `${name}: ${cellText(field)}`).join(', ')}}`;
}

function numbers(values: readonly number[]): string {
  const first = values.slice(0, SHOWN).map((value) => Number(value.toPrecision(4)));
  return first.join(' ') + (values.length > SHOWN ? ' …' : '');
}

interface Picture {
  readonly encoding: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array | null;
  readonly uri: string | null;
  readonly sha256: string | null;
}

function isPicture(value: object): value is Picture {
  const { encoding, bytes, uri } = value as Partial<Picture>;
  return typeof encoding === 'string' && (bytes instanceof Uint8Array || typeof uri === 'string');
}

function shortPicture(picture: Picture): string {
  const { encoding, width, height, bytes, uri } = picture;
  const hash = bytes ? sha256(bytes) : picture.sha256;
  const where = bytes ? size(bytes.length) : uri;
  return [encoding, ...(width > 0 ? [`${width}x${height}`] : []), where, `sha256 ${hash?.slice(0, 12) ?? ''}…`].join(' ');
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
