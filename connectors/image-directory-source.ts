import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import {
  defineConfig,
  defineSource,
  RetriableError,
  validators,
  type NewSourceRecord,
  type SourceMap,
  type SourceTask,
  type SourceTaskContext,
} from 'headwater/connect';
import { moveFile } from './move-file.js';
import { imageRecord, mediaTypeOf } from './image-record.js';

const config = defineConfig({
  directory: { type: 'STRING', importance: 'HIGH', doc: 'Folder to watch, with its subfolders.' },
  topic: { type: 'STRING', default: 'camera-frames', importance: 'HIGH', doc: 'Topic to write to.', validator: validators.nonEmpty },
  camera: {
    type: 'STRING',
    default: '',
    importance: 'HIGH',
    doc: "Camera id, the record's key. Empty: the name of the folder that holds the file.",
  },
  'poll.ms': { type: 'LONG', default: 500, doc: 'Time between two looks at the folder.', validator: validators.inRange(1) },
  'settle.ms': {
    type: 'LONG',
    default: 500,
    doc: 'A file is read once its size and time have not changed for this long.',
    validator: validators.inRange(0),
  },
  'batch.files': { type: 'INT', default: 16, doc: 'Most pictures of one poll.', validator: validators.inRange(1) },
  'archive.directory': { type: 'STRING', default: '', doc: 'Where pictures go once they are on the log. Empty: they stay.' },
});

interface Seen {
  readonly size: number;
  readonly mtime: number;
  readonly since: number;
}

/** Reads new pictures of a folder as image events, each exactly once across restarts; a file that is still being written is left alone. */
export const imageDirectorySource = defineSource({
  className: 'headwater.ImageDirectorySource',
  aliases: ['ImageDirectorySource'],
  version: '0.1.0',
  config,
  task: () => new ImageDirectoryTask(),
});

class ImageDirectoryTask implements SourceTask {
  #context!: SourceTaskContext;
  #options!: ReturnType<typeof config.parse>;
  readonly #settling = new Map<string, Seen>();
  /** Files whose records are on the log. Those that stay in the folder stay in here. */
  readonly #done = new Set<string>();
  /** Files whose records the worker has and will commit. */
  readonly #polled = new Set<string>();

  start(properties: Parameters<SourceTask['start']>[0], context: SourceTaskContext): void {
    this.#options = config.parse(properties);
    this.#context = context;
  }

  async poll(): Promise<readonly NewSourceRecord[]> {
    const records = await Promise.all((await this.#readyFiles()).map((path) => this.#record(path)));
    const found = records.filter((record) => record !== undefined);
    if (found.length === 0) await this.#context.sleep(this.#options['poll.ms']);
    return found;
  }

  async commit(): Promise<void> {
    const committed = [...this.#polled];
    this.#polled.clear();
    for (const path of committed) await this.#finished(path);
  }

  async #readyFiles(): Promise<string[]> {
    const now = Date.now();
    const ready: string[] = [];
    for (const path of await this.#pictures()) {
      if (this.#done.has(path) || this.#polled.has(path)) continue;
      const found = await stat(path).catch(gone);
      if (!found) continue;
      const { size, mtimeMs: mtime } = found;
      const seen = this.#settling.get(path);
      if (seen?.size !== size || seen.mtime !== mtime) this.#settling.set(path, { size, mtime, since: now });
      if (size === 0 || now - (this.#settling.get(path)?.since ?? now) < this.#options['settle.ms']) continue;
      this.#settling.delete(path);
      if (this.#isOnLog(await this.#context.offsets.offset(this.#partition(path)), size, mtime)) await this.#finished(path);
      else ready.push(path);
      if (ready.length >= this.#options['batch.files']) break;
    }
    return ready;
  }

  /** Pictures leave a folder that is archived, so another one may come under the name of one that was read. */
  #isOnLog(offset: SourceMap | null, size: number, mtime: number): boolean {
    if (offset === null || this.#options['archive.directory'] === '') return offset !== null;
    return offset.size === size && (offset.modified === undefined || offset.modified === Math.trunc(mtime));
  }

  async #pictures(): Promise<string[]> {
    const { directory, 'archive.directory': archive } = this.#options;
    const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch((reason: unknown) => {
      throw new RetriableError(`the folder ${directory} cannot be read`, { cause: reason });
    });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && mediaTypeOf(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => archive === '' || !resolve(path).startsWith(`${resolve(archive)}/`))
      .sort();
  }

  #partition(path: string): Record<string, unknown> {
    return { directory: this.#options.directory, file: relative(this.#options.directory, path) };
  }

  /** The picture as a record; nothing where somebody has taken it away meanwhile. */
  async #record(path: string): Promise<NewSourceRecord | undefined> {
    const bytes = await readFile(path).catch(gone);
    const found = await stat(path).catch(gone);
    if (!bytes || !found) return undefined;
    this.#polled.add(path);
    const capturedAt = Math.trunc(found.mtimeMs);
    const camera = this.#options.camera === '' ? basename(dirname(resolve(path))) : this.#options.camera;
    const encoding = mediaTypeOf(path) ?? '';
    return {
      topic: this.#options.topic,
      sourcePartition: this.#partition(path),
      sourceOffset: { size: bytes.length, modified: capturedAt },
      ...imageRecord({ camera, capturedAt, encoding, bytes, attributes: { file: relative(this.#options.directory, path) } }),
    };
  }

  async #finished(path: string): Promise<void> {
    const archive = this.#options['archive.directory'];
    if (archive === '') this.#done.add(path);
    else await moveFile(path, join(archive, relative(this.#options.directory, path)));
  }
}

/** A file that is not there any more is none of ours. */
function gone(reason: NodeJS.ErrnoException): undefined {
  if (reason.code !== 'ENOENT') throw reason;
}
