/** One part of a multipart body. */
export interface Part {
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export interface MultipartOptions {
  /** As the Content-Type gives it; undefined where it does not: then the first line with two dashes is the boundary. */
  readonly boundary: string | undefined;
  /** Largest body of a part. */
  readonly maxPartBytes: number;
}

const MAX_HEADER_BYTES = 8192;
const DASHES = Buffer.from('--');
const FIRST_CAPACITY = 64 * 1024;

/**
 * Cuts a body of multipart/x-mixed-replace (RFC 2046, 5.1, and what cameras make of it) into parts, with and without Content-Length; holds
 * one part at most. Takes lone line feeds, boundaries with dashes that were meant to be part of them or not, and none behind a part.
 */
export class MultipartReader {
  #storage = Buffer.allocUnsafe(FIRST_CAPACITY);
  /** What of the storage is not used up. */
  #rest = this.#storage.subarray(0, 0);
  /** How far the wanted sequence has been looked for. */
  #searched = 0;
  #headers: ReadonlyMap<string, string> | undefined;
  #inside = false;
  #delimiter: Buffer | undefined;

  constructor(private readonly options: MultipartOptions) {
    const name = options.boundary?.replace(/^-+/, '');
    if (name) this.#delimiter = Buffer.from(`--${name}`);
  }

  /** The parts that end in these bytes. Throws where a part or its headers are larger than they may be. */
  push(chunk: Uint8Array): Part[] {
    this.#append(chunk);
    const parts: Part[] = [];
    for (;;) {
      if (!this.#inside && !this.#boundary()) break;
      if (!this.#headers && !this.#partHeaders()) break;
      const body = this.#body();
      if (!body) break;
      if (body.length > 0) parts.push({ headers: this.#headers ?? new Map(), body });
      this.#headers = undefined;
      this.#inside = false;
    }
    return parts;
  }

  /** Skips up to and with the next boundary line. */
  #boundary(): boolean {
    const delimiter = this.#delimiter ?? DASHES;
    const at = this.#find(delimiter);
    // Nothing before a boundary is kept but what may be its beginning.
    this.#drop(at < 0 ? Math.max(0, this.#rest.length - delimiter.length + 1) : at);
    if (at < 0) return false;
    const lineEnd = this.#rest.indexOf(0x0a);
    if (lineEnd < 0) {
      if (this.#rest.length > MAX_HEADER_BYTES) throw new Error('a boundary line has no end');
      return false;
    }
    this.#delimiter ??= Buffer.from(`--${this.#rest.toString('latin1', 0, lineEnd).trim().replace(/^-+/, '')}`);
    this.#drop(lineEnd + 1);
    this.#inside = true;
    return true;
  }

  #partHeaders(): boolean {
    const text = this.#rest.toString('latin1', 0, MAX_HEADER_BYTES);
    const blank = /(^|\n)\r?\n/.exec(text);
    if (!blank) {
      if (text.length === MAX_HEADER_BYTES) throw new Error(`the headers of a part are longer than ${MAX_HEADER_BYTES} bytes`);
      return false;
    }
    this.#headers = new Map(text.slice(0, blank.index).split(/\r?\n/).flatMap(headerOf));
    this.#drop(blank.index + blank[0].length);
    return true;
  }

  #body(): Buffer | undefined {
    const length = this.#contentLength();
    const at = length < 0 ? this.#find(this.#delimiter ?? DASHES) : length;
    const size = at < 0 ? this.#rest.length : at;
    if (size > this.options.maxPartBytes) throw new Error(`a picture is larger than ${this.options.maxPartBytes} bytes`);
    if (at < 0 || at > this.#rest.length) return undefined;
    const end = length < 0 ? endOfBody(this.#rest, at) : at;
    // A copy: the storage is written over.
    const body = Buffer.from(this.#rest.subarray(0, end));
    this.#drop(at);
    return body;
  }

  /** -1 where the part does not say. */
  #contentLength(): number {
    const text = this.#headers?.get('content-length') ?? '';
    return /^\d+$/.test(text) ? Number(text) : -1;
  }

  #find(wanted: Buffer): number {
    const at = this.#rest.indexOf(wanted, this.#searched);
    if (at < 0) this.#searched = Math.max(0, this.#rest.length - wanted.length + 1);
    return at;
  }

  #drop(length: number): void {
    this.#rest = this.#rest.subarray(length);
    this.#searched = 0;
  }

  #append(chunk: Uint8Array): void {
    const kept = this.#rest.length;
    let begin = this.#rest.byteOffset - this.#storage.byteOffset;
    if (begin + kept + chunk.length > this.#storage.length) {
      const enough = 2 * (kept + chunk.length);
      const storage = enough > this.#storage.length ? Buffer.allocUnsafe(enough) : this.#storage;
      this.#rest.copy(storage);
      this.#storage = storage;
      begin = 0;
    }
    this.#storage.set(chunk, begin + kept);
    this.#rest = this.#storage.subarray(begin, begin + kept + chunk.length);
  }
}

/** Where a body ends whose boundary was found at `at`: without the line break before it, and without dashes that belong to the boundary. */
function endOfBody(bytes: Buffer, at: number): number {
  let end = at;
  while (end > 0 && bytes[end - 1] === 0x2d) end--;
  if (end > 0 && bytes[end - 1] === 0x0a) end--;
  if (end > 0 && bytes[end - 1] === 0x0d) end--;
  return end;
}

function headerOf(line: string): [string, string][] {
  const colon = line.indexOf(':');
  return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
}
