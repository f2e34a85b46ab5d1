import type { Header, LogRecord, NewRecord } from '../../record.js';
import type { Lease, Log } from '../../log/log.js';

/** One fact that every log is held to. `run` throws (node:assert) where the log departs from it. */
export interface LogCase {
  readonly name: string;
  readonly run: (log: Log) => Promise<void>;
}

let names = 0;

/** A name that no earlier case used on the same log. */
export function unique(prefix: string): string {
  return `${prefix}-${Date.now().toString(36)}-${process.pid.toString(36)}-${(names++).toString(36)}`;
}

/** A fresh topic. */
export async function freshTopic(log: Log, partitions = 1): Promise<string> {
  const name = unique('check');
  await log.createTopics([{ name, partitions }]);
  return name;
}

/** A record with text for key and value. */
export function record(topic: string, value: string, more: Partial<NewRecord> = {}): NewRecord {
  return { topic, key: null, value: Buffer.from(value), partition: 0, timestamp: 1_700_000_000_000, ...more };
}

/** The values of records as text. */
export function texts(records: readonly LogRecord[]): string[] {
  return records.map(({ value }) => text(value));
}

export function text(bytes: Uint8Array | null): string {
  return bytes === null ? '(null)' : Buffer.from(bytes).toString();
}

export function headerTexts(headers: readonly Header[]): [string, string][] {
  return headers.map(({ key, value }) => [key, text(value)]);
}

/** Fetches until `count` records are there; fails after a minute, which is generous for a group that has to form first. */
export async function take(source: Pick<Lease, 'fetch'>, count: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const deadline = Date.now() + 60_000;
  while (records.length < count) {
    if (Date.now() > deadline) throw new Error(`${count} records expected, ${records.length} came: ${texts(records).join(', ')}`);
    records.push(...(await source.fetch({ waitMs: 1_000, records: count - records.length })));
  }
  return records;
}

/** All records of partition 0 of a topic, from the first. */
export async function contents(log: Log, topic: string, partition = 0): Promise<LogRecord[]> {
  const reader = await log.reader([{ topic, partition, offset: 0 }]);
  const records: LogRecord[] = [];
  while (!(await reader.atEnd())) records.push(...(await reader.fetch({ waitMs: 200 })));
  await reader.close();
  return records;
}

/** Waits until `met` holds; fails after a minute. */
export async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error(`waited a minute in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
