import { open, type FileHandle } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  defineConfig,
  defineSource,
  Schemas,
  validators,
  type NewSourceRecord,
  type SourceTask,
  type SourceTaskContext,
} from 'headwater/connect';

const config = defineConfig({
  file: { type: 'STRING', default: null, importance: 'HIGH', doc: 'File to read line by line; without it, standard input.' },
  topic: { type: 'STRING', importance: 'HIGH', doc: 'Topic to write to.', validator: validators.nonEmpty },
  'batch.size': { type: 'INT', default: 2000, importance: 'LOW', doc: 'Most lines of one poll.' },
});

/** What is read at once: little of a file that grows line by line, and much of one that has much, since each poll is a transaction. */
const FIRST_READ_BYTES = 2 ** 16;
const MOST_READ_BYTES = 2 ** 21;
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
  /** Bytes read but not given out yet lie from `#start` to `#end`; `#start` is at `#position` of the file. */
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
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

  async poll(): Promise<Iterable<NewSourceRecord>> {
    if (this.#file === null ? this.#stdin.length > 0 : await this.#hasLine(this.#file)) return this.#records(this.#file);
    await this.#context.sleep(100);
    return [];
  }

  async stop(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #hasLine(file: string): Promise<boolean> {
    this.#handle ??= await open(file).catch(missing);
    if (!this.#handle) return false;
    while (this.#newline() < 0) if (!(await this.#read(this.#handle))) return false;
    return true;
  }

  /** Reads on; false at the end of the file. */
  async #read(handle: FileHandle): Promise<boolean> {
    this.#makeRoom();
    const { bytesRead } = await handle.read(this.#buffer, this.#end, this.#buffer.length - this.#end, this.#position + this.#end);
    this.#end += bytesRead;
    return bytesRead > 0;
  }

  /** Moves what is left to the beginning of the buffer, of a larger one where the file or a line has filled this one. */
  #makeRoom(): void {
    const filled = this.#end === this.#buffer.length;
    const grows = filled && (this.#buffer.length < MOST_READ_BYTES || this.#start === 0);
    const into = grows ? Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, FIRST_READ_BYTES)) : this.#buffer;
    this.#buffer.copy(into, 0, this.#start, this.#end);
    this.#buffer = into;
    this.#end -= this.#start;
    this.#start = 0;
  }

  /** Where the next line ends in the buffer, or -1. */
  #newline(): number {
    return this.#buffer.subarray(0, this.#end).indexOf(NEWLINE, this.#start);
  }

  /** What has been read, line by line as they are asked for: few are in memory as text at a time. */
  *#records(filename: string | null): Generator<NewSourceRecord> {
    const timestamp = Date.now();
    for (let n = 0; n < this.#batchSize; n++) {
      const value = filename === null ? this.#stdin.shift() : this.#line();
      if (value === undefined) return;
      const place =
        filename === null
          ? { sourcePartition: {}, sourceOffset: {} }
          : { sourcePartition: { filename }, sourceOffset: { position: this.#position } };
      yield { topic: this.#topic, ...place, valueSchema: Schemas.string, value, timestamp };
    }
  }

  #line(): string | undefined {
    const newline = this.#newline();
    if (newline < 0) return undefined;
    const end = newline > this.#start && this.#buffer[newline - 1] === RETURN ? newline - 1 : newline;
    const value = this.#buffer.toString('utf8', this.#start, end);
    this.#position += newline + 1 - this.#start;
    this.#start = newline + 1;
    return value;
  }
}

/** A file that is not there yet is waited for. */
function missing(reason: NodeJS.ErrnoException): undefined {
  if (reason.code !== 'ENOENT') throw reason;
}
