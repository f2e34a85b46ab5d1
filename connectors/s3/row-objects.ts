import { partitionName, type Position, type SinkRecord, type TopicPartition } from 'headwater/connect';
import { formats, type FileFormat } from '../file-sink/formats.js';
import { columnsOf, rowOf, sameColumns, toJson, type Columns, type Row } from '../file-sink/rows.js';
import type { Bucket } from './bucket.js';
import { firstOffsetOf, keyAt, objectKey, partitionPrefix } from './object-key.js';
import type { ObjectWriter, S3SinkOptions } from './object-writer.js';

interface OffsetRow {
  readonly offset: number;
  readonly row: Row;
  readonly size: number;
}

/** An object being filled. */
interface Pending {
  readonly since: number;
  readonly schemas: Columns | undefined;
  rows: OffsetRow[];
  bytes: number;
}

/** Where a partition stands in the bucket. */
interface Place {
  readonly partition: TopicPartition;
  /** The next offset that no object holds yet; undefined where there is no object. */
  next: number | undefined;
  pending: Pending | undefined;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  jsonl: 'application/jsonl',
  csv: 'text/csv',
  parquet: 'application/vnd.apache.parquet',
};
const LAST_OFFSET = 'last-offset';

/**
 * Objects of many records. The key of one is the offset that it begins at, which is where the one before ended; its metadata say where it
 * ends. Since a key is taken once, the objects of a partition are one chain, whoever writes them and however often.
 */
export class RowObjects implements ObjectWriter {
  readonly #places = new Map<string, Place>();
  readonly #format: FileFormat;

  constructor(
    private readonly bucket: Bucket,
    private readonly options: S3SinkOptions,
  ) {
    this.#format = formats[options.format]!;
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    // What an attempt before this one could not store.
    await this.#storeDue();
    for (const record of records) await this.#add(record);
    await this.#storeDue();
  }

  stored(): readonly Position[] {
    return [...this.#places.values()].flatMap(({ partition, next }) => (next === undefined ? [] : [{ ...partition, offset: next }]));
  }

  close(partition: TopicPartition): void {
    this.#places.delete(partitionName(partition));
  }

  async #add(record: SinkRecord): Promise<void> {
    const place = await this.#place({ topic: record.originalTopic, partition: record.originalPartition });
    const offset = record.originalOffset;
    const last = place.pending?.rows.at(-1)?.offset ?? -1;
    if (offset < (place.next ?? 0) || offset <= last) return;
    const schemas = columnsOf(record);
    if (place.pending && !sameColumns(place.pending.schemas, schemas)) await this.#store(place, place.pending);
    place.pending ??= { since: Date.now(), schemas, rows: [], bytes: 0 };
    const row = rowOf(record, this.options['include.metadata']);
    const size = toJson(row).length;
    place.pending.rows.push({ offset, row, size });
    place.pending.bytes += size;
    if (this.#isFull(place.pending)) await this.#store(place, place.pending);
  }

  async #storeDue(): Promise<void> {
    const now = Date.now();
    for (const place of this.#places.values()) {
      const { pending } = place;
      if (pending && (this.#isFull(pending) || now - pending.since >= this.options['roll.ms'])) await this.#store(place, pending);
    }
  }

  #isFull({ rows, bytes }: Pending): boolean {
    return rows.length >= this.options['roll.records'] || bytes >= this.options['roll.bytes'];
  }

  async #store(place: Place, pending: Pending): Promise<void> {
    const { rows, schemas } = pending;
    const last = rows.at(-1)!.offset;
    const key = objectKey(partitionPrefix(this.options.prefix, place.partition), place.next ?? rows[0]!.offset, this.#format.extension);
    const body = await this.#format.encode(
      rows.map(({ row }) => row),
      schemas,
    );
    const contentType = CONTENT_TYPES[this.#format.extension] ?? 'application/octet-stream';
    const mine = await this.bucket.put({ key, body, contentType, metadata: { [LAST_OFFSET]: String(last) } }, true);
    // The key is taken by an attempt whose answer was lost, or by another owner of the partition.
    place.next = 1 + (mine ? last : await this.#lastOffset(key));
    pending.rows = rows.filter(({ offset }) => offset >= place.next!);
    pending.bytes = pending.rows.reduce((sum, { size }) => sum + size, 0);
    if (pending.rows.length === 0) place.pending = undefined;
  }

  async #place(partition: TopicPartition): Promise<Place> {
    const name = partitionName(partition);
    const known = this.#places.get(name);
    if (known) return known;
    const key = await this.#lastKey(partitionPrefix(this.options.prefix, partition));
    const place: Place = { partition, next: key === undefined ? undefined : 1 + (await this.#lastOffset(key)), pending: undefined };
    this.#places.set(name, place);
    return place;
  }

  async #lastOffset(key: string): Promise<number> {
    const last = Number((await this.bucket.metadata(key))[LAST_OFFSET] ?? NaN);
    if (!Number.isSafeInteger(last))
      throw new Error(`the object ${key} says not where it ends: no sink has written it (no metadata ${LAST_OFFSET})`);
    return last;
  }

  /** The newest object's key, found by steps that double and then halve: a listing of all would grow with the stream. */
  async #lastKey(prefix: string): Promise<string | undefined> {
    let last: { readonly key: string; readonly first: number } | undefined;
    const moves = async (first: number): Promise<boolean> => {
      const [object] = await this.bucket.list(prefix, keyAt(prefix, first), 1);
      const found = object && firstOffsetOf(prefix, object.key);
      if (found === undefined) return false;
      last = { key: object!.key, first: found };
      return true;
    };
    if (!(await moves(0))) return undefined;
    let step = 1;
    while (await moves(last!.first + step)) step *= 2;
    for (; step > 1; step /= 2) await moves(last!.first + step / 2);
    return last!.key;
  }
}
