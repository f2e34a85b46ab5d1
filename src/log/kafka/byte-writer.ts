/** Large values are referred to, small ones copied together. */
const REFER_BYTES = 1024;

/** Writes the numbers and byte strings of Kafka's protocol as a list of chunks. */
export class ByteWriter {
  readonly #chunks: Buffer[] = [];
  #small = Buffer.allocUnsafe(256);
  /** What of `#small` lies in `#chunks` already, and what is written. */
  #from = 0;
  #at = 0;
  #bytes = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#bytes;
  }

  /** Everything written so far, in order. */
  get chunks(): readonly Buffer[] {
    this.#cut();
    return this.#chunks;
  }

  int8(value: number): this {
    const at = this.#room(1);
    this.#small.writeInt8(value, at);
    return this;
  }

  int16(value: number): this {
    const at = this.#room(2);
    this.#small.writeInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.#room(4);
    this.#small.writeInt32BE(value, at);
    return this;
  }

  uint32(value: number): this {
    const at = this.#room(4);
    this.#small.writeUInt32BE(value, at);
    return this;
  }

  int64(value: bigint): this {
    const at = this.#room(8);
    this.#small.writeBigInt64BE(value, at);
    return this;
  }

  /** A whole number within 2^52 in zigzag and base 128, as Kafka's varint and varlong. */
  varint(value: number): this {
    let rest = zigzag(value);
    while (rest >= 128) {
      this.#byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    return this.#byte(rest);
  }

  /** The bytes with their length as a varint; -1 for null. */
  varintBytes(value: Uint8Array | null): this {
    return value === null ? this.varint(-1) : this.varint(value.length).bytes(value);
  }

  /** UTF-8 with its length in two bytes; -1 for null. */
  string(value: string | null): this {
    if (value === null) return this.int16(-1);
    const bytes = Buffer.from(value);
    return this.int16(bytes.length).bytes(bytes);
  }

  bytes(value: Uint8Array): this {
    if (value.length < REFER_BYTES) {
      const at = this.#room(value.length);
      this.#small.set(value, at);
      return this;
    }
    this.#cut();
    this.#chunks.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    this.#bytes += value.length;
    return this;
  }

  /** What another writer has written. */
  append(other: ByteWriter): this {
    for (const chunk of other.chunks) this.bytes(chunk);
    return this;
  }

  #byte(value: number): this {
    const at = this.#room(1);
    this.#small[at] = value;
    return this;
  }

  /** Takes `bytes` bytes and gives the place where they begin in `#small`, which may be another one afterwards. */
  #room(bytes: number): number {
    if (this.#at + bytes > this.#small.length) {
      this.#cut();
      this.#small = Buffer.allocUnsafe(Math.max(bytes, 2048));
      this.#from = this.#at = 0;
    }
    const at = this.#at;
    this.#at += bytes;
    this.#bytes += bytes;
    return at;
  }

  #cut(): void {
    if (this.#at > this.#from) this.#chunks.push(this.#small.subarray(this.#from, this.#at));
    this.#from = this.#at;
  }
}

/** Bytes that a whole number takes as a varint. */
export function varintLength(value: number): number {
  let bytes = 1;
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}
