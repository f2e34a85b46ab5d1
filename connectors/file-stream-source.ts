import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { defineConfig, defineSource, Schemas, validators, type NewSourceRecord, type SourceTask, type SourceTaskContext } from 'headwater';

const config = defineConfig({
  file: { type: 'STRING', default: null, importance: 'HIGH', doc: 'File to read line by line; without it, standard input.' },
  topic: { type: 'STRING', importance: 'HIGH', doc: 'Topic to write to.', validator: validators.nonEmpty },
  'batch.size': { type: 'INT', default: 2000, importance: 'LOW', doc: 'Most lines of one poll.' },
});

const CHUNK_BYTES = 2 ** 20;
const NEWLINE = 10;
const RETURN = 13;

/** Reads a growing text file as one record a line; offsets are byte positions, so a restart goes on where the last commit was. Exactly once. */
export const fileStreamSource = defineSource({
  className: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  version: '4.3.1',
  config,
  connector: () => ({
    alterOffsets(properties, offsets) {
      if (!properties.file) throw new Error('offsets of standard input cannot be altered');
      for (const { partition, offset } of offsets) {
        if (!('filename' in partition)) throw new Error("Partition objects should contain the key 'filename'");
        if (offset === null) continue;
        if (!('position' in offset)) throw new Error("Offset objects should either be null or contain the key 'position'");
        if (!Number.isInteger(offset.position))
          throw new Error("The value for the 'position' key in the offset is expected to be a Long value");
        if (Number(offset.position) < 0) throw new Error("The value for the 'position' key in the offset should be non-negative");
      }
    },
  }),
  task: () => new FileStreamSourceTask(),
});

class FileStreamSourceTask implements SourceTask {
  #context!: SourceTaskContext;
  #topic = '';
  #file: string | null = null;
  #batchSize = 0;
  #handle: FileHandle | undefined;
  /** Bytes read but not given out yet, and where in the file they begin. */
  #rest: Buffer = Buffer.alloc(0);
  #position = 0;
  readonly #stdin: string[] = [];

  async start(properties: Parameters<SourceTask['start']>[0], context: SourceTaskContext): Promise<void> {
    const { file, topic, 'batch.size': batchSize } = config.parse(properties);
    this.#context = context;
    this.#topic = topic;
    this.#file = file;
    this.#batchSize = batchSize;
    if (file === null) {
      createInterface({ input: process.stdin }).on('line', (line) => this.#stdin.push(line));
      return;
    }
    const offset = await context.offsets.offset({ filename: file });
    this.#position = Number(offset?.position ?? 0);
  }

  async poll(): Promise<readonly NewSourceRecord[]> {
    const records = this.#file === null ? this.#stdinRecords() : await this.#fileRecords(this.#file);
    if (records.length === 0) await this.#context.sleep(100);
    return records;
  }

  async stop(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #fileRecords(file: string): Promise<NewSourceRecord[]> {
    this.#handle ??= await open(file).catch(missing);
    if (!this.#handle) return [];
    const lines = this.#lines(file);
    if (lines.length > 0) return lines;
    await this.#read(this.#handle);
    return this.#lines(file);
  }

  async #read(handle: FileHandle): Promise<void> {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, this.#position + this.#rest.length);
    if (bytesRead > 0) this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, bytesRead)]);
  }

  #lines(filename: string): NewSourceRecord[] {
    const records: NewSourceRecord[] = [];
    let start = 0;
    const timestamp = Date.now();
    while (records.length < this.#batchSize) {
      const end = this.#rest.indexOf(NEWLINE, start);
      if (end < 0) break;
      const value = this.#rest.toString('utf8', start, end > start && this.#rest[end - 1] === RETURN ? end - 1 : end);
      start = end + 1;
      records.push({
        topic: this.#topic,
        sourcePartition: { filename },
        sourceOffset: { position: this.#position + start },
        valueSchema: Schemas.string,
        value,
        timestamp,
      });
    }
    this.#rest = this.#rest.subarray(start);
    this.#position += start;
    return records;
  }

  #stdinRecords(): NewSourceRecord[] {
    return this.#stdin
      .splice(0, this.#batchSize)
      .map((value) => ({
        topic: this.#topic,
        sourcePartition: {},
        sourceOffset: {},
        valueSchema: Schemas.string,
        value,
        timestamp: Date.now(),
      }));
  }
}

/** A file that is not there yet is waited for. */
function missing(reason: NodeJS.ErrnoException): undefined {
  if (reason.code !== 'ENOENT') throw reason;
}
