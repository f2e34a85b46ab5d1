import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  defineConfig,
  defineSink,
  partitionName,
  validators,
  type Position,
  type SinkRecord,
  type SinkTask,
  type SinkTaskContext,
  type TopicPartition,
} from 'headwater/connect';
import { fileName, parseFileName, type FinishedFile } from './file-name.js';
import { formats, type FileFormat } from './formats.js';
import { columnsOf, rowOf, sameColumns, toJson, type Columns, type Row } from './rows.js';

const config = defineConfig({
  directory: { type: 'STRING', importance: 'HIGH', doc: 'Folder for the files; made where it is missing.' },
  format: {
    type: 'STRING',
    default: 'jsonl',
    importance: 'HIGH',
    doc: 'jsonl, csv or parquet.',
    validator: validators.oneOf(...Object.keys(formats)),
  },
  'roll.records': { type: 'INT', default: 100_000, doc: 'Most records of a file.', validator: validators.inRange(1) },
  'roll.bytes': {
    type: 'LONG',
    default: 64 * 2 ** 20,
    doc: 'A file ends when its records, as JSON, reach this size.',
    validator: validators.inRange(1),
  },
  'roll.ms': {
    type: 'LONG',
    default: 10_000,
    doc: 'A file ends this long after its first record arrived.',
    validator: validators.inRange(1),
  },
  'include.metadata': { type: 'BOOLEAN', default: false, importance: 'LOW', doc: 'Adds _topic, _partition, _offset, _timestamp and _key.' },
});

/** A file being filled. */
interface Pending {
  readonly partition: TopicPartition;
  readonly first: number;
  readonly since: number;
  readonly schemas: Columns | undefined;
  readonly rows: Row[];
  last: number;
  bytes: number;
}

/**
 * Writes records to files, rolled by number, size and time, exactly once: a file's name carries its offsets and appears only when the
 * file is complete, and a new owner of a partition goes on after the last name.
 */
export const fileSink = defineSink({
  className: 'headwater.FileSink',
  aliases: ['FileSink'],
  version: '0.1.0',
  config,
  task: () => new FileSinkTask(),
});

class FileSinkTask implements SinkTask {
  #context!: SinkTaskContext;
  #directory = '';
  #format!: FileFormat;
  #limits = { records: 0, bytes: 0, ms: 0 };
  #withMetadata = false;
  readonly #pending = new Map<string, Pending>();
  /** The next offset that no file holds yet, per partition. */
  readonly #next = new Map<string, Position>();

  async start(properties: Parameters<SinkTask['start']>[0], context: SinkTaskContext): Promise<void> {
    const options = config.parse(properties);
    this.#context = context;
    this.#directory = options.directory;
    this.#format = formats[options.format]!;
    this.#limits = { records: options['roll.records'], bytes: options['roll.bytes'], ms: options['roll.ms'] };
    this.#withMetadata = options['include.metadata'];
    await mkdir(this.#directory, { recursive: true });
  }

  async open(partitions: readonly TopicPartition[]): Promise<void> {
    for (const partition of partitions) {
      const last = await this.#lastFinished(partition);
      if (!last) continue;
      const position = { ...partition, offset: last.last + 1 };
      this.#next.set(partitionName(partition), position);
      this.#context.offset([position]);
    }
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    for (const record of records) await this.#add(record);
    const now = Date.now();
    for (const file of [...this.#pending.values()]) if (now - file.since >= this.#limits.ms) await this.#finish(file);
  }

  preCommit(): readonly Position[] {
    return [...this.#next.values()];
  }

  close(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) {
      this.#pending.delete(partitionName(partition));
      this.#next.delete(partitionName(partition));
    }
  }

  async #add(record: SinkRecord): Promise<void> {
    const partition = { topic: record.originalTopic, partition: record.originalPartition };
    const name = partitionName(partition);
    const offset = record.originalOffset;
    if (offset < (this.#next.get(name)?.offset ?? 0)) return;
    const schemas = columnsOf(record);
    const open = this.#pending.get(name);
    if (open && !sameColumns(open.schemas, schemas)) await this.#finish(open);
    const file = this.#pending.get(name) ?? { partition, first: offset, since: Date.now(), schemas, rows: [], last: offset, bytes: 0 };
    this.#pending.set(name, file);
    const row = rowOf(record, this.#withMetadata);
    file.rows.push(row);
    file.last = offset;
    file.bytes += toJson(row).length;
    if (file.rows.length >= this.#limits.records || file.bytes >= this.#limits.bytes) await this.#finish(file);
  }

  /** Writes beside, then links under the final name, which fails where the name exists: nobody ever sees half a file or writes one twice. */
  async #finish(file: Pending): Promise<void> {
    const { partition, first, last } = file;
    const path = join(this.#directory, fileName({ ...partition, first, last }, this.#format.extension));
    const content = await this.#format.encode(file.rows, file.schemas);
    const known = await this.#lastFinished(partition);
    if (known && known.last >= first)
      throw new Error(`${partitionName(partition)} is written by another task: offset ${known.last} is in a file already`);
    const beside = join(this.#directory, `.${partitionName(partition)}-${process.pid}-${first}.part`);
    await writeDurably(beside, content);
    await link(beside, path);
    await rm(beside);
    await syncFolder(dirname(path));
    this.#pending.delete(partitionName(partition));
    this.#next.set(partitionName(partition), { ...partition, offset: last + 1 });
  }

  async #lastFinished({ topic, partition }: TopicPartition): Promise<FinishedFile | undefined> {
    const names = await readdir(this.#directory);
    const files = names.map(parseFileName).filter((file) => file?.topic === topic && file.partition === partition);
    return files.reduce((best, file) => (best && file && best.last >= file.last ? best : file), undefined);
  }
}

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
