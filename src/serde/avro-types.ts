import avro, { type Type } from 'avsc';
import { asBuffer } from './as-buffer.js';

/** avsc's cursor, as far as the types below use it. It does not check bounds: a cursor past its end reads zeros, and the caller looks afterwards. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  skipLong(): void;
  readString(): string;
  skipString(): void;
  writeLong(value: number): void;
}

/** What avsc calls on a type while it reads and writes. */
interface Codec {
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
}

/** Hears which value does not fit which type. */
type Report = (value: unknown, type: Type) => void;

/** Avro bytes as views into the message: avsc's own type takes Buffers only and copies what it reads. */
class ViewBytesType extends avro.types.BytesType {
  _check(value: unknown, _flags?: number, report?: Report): boolean {
    const fits = value instanceof Uint8Array;
    if (!fits) report?.(value, this);
    return fits;
  }

  _read(tap: Tap): unknown {
    const length = tap.readLong();
    const start = tap.pos;
    tap.pos += within(tap, length, 'bytes');
    return tap.buf.subarray(start, tap.pos);
  }

  _write(tap: Tap, value: unknown): void {
    if (!(value instanceof Uint8Array)) throw new TypeError('expected bytes');
    writeBytes(tap, value);
  }
}

/** Avro bytes that hold float32 little endian: a view where the message lies aligned, a copy elsewhere. */
class Float32BytesType extends avro.types.BytesType {
  _check(value: unknown, _flags?: number, report?: Report): boolean {
    const fits = value instanceof Float32Array;
    if (!fits) report?.(value, this);
    return fits;
  }

  _read(tap: Tap): unknown {
    const length = tap.readLong();
    const start = tap.pos;
    tap.pos += within(tap, length, 'bytes');
    if (length % 4 !== 0) throw new RangeError(`${length} bytes are no row of float32`);
    const at = tap.buf.byteOffset + start;
    return at % 4 === 0
      ? new Float32Array(tap.buf.buffer, at, length / 4)
      : new Float32Array(tap.buf.buffer.slice(at, at + length) as ArrayBuffer);
  }

  _write(tap: Tap, value: unknown): void {
    if (!(value instanceof Float32Array)) throw new TypeError('expected a Float32Array');
    writeBytes(tap, asBuffer(value));
  }
}

/** Arrays that believe no announced length: avsc's own type allocates and loops as often as the message says. */
class BoundedArrayType extends avro.types.ArrayType {
  _read(this: { itemsType: Codec }, tap: Tap): unknown[] {
    const items: unknown[] = [];
    for (let left = readBlock(tap); left > 0; left = readBlock(tap)) {
      while (left-- > 0) items.push(this.itemsType._read(tap));
    }
    return items;
  }

  _skip(tap: Tap): void {
    const { itemsType } = this as unknown as { itemsType: Codec };
    for (let left = skipBlock(tap); left > 0; left = skipBlock(tap)) {
      while (left-- > 0) itemsType._skip(tap);
    }
  }
}

class BoundedMapType extends avro.types.MapType {
  _read(this: { valuesType: Codec }, tap: Tap): object {
    const map: Record<string, unknown> = {};
    for (let left = readBlock(tap); left > 0; left = readBlock(tap)) {
      while (left-- > 0) {
        const key = tap.readString();
        const value = this.valuesType._read(tap);
        if (key === '__proto__') Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
        else map[key] = value;
      }
    }
    return map;
  }

  _skip(tap: Tap): void {
    const { valuesType } = this as unknown as { valuesType: Codec };
    for (let left = skipBlock(tap); left > 0; left = skipBlock(tap)) {
      while (left-- > 0) {
        tap.skipString();
        valuesType._skip(tap);
      }
    }
  }
}

/** A union with bytes in it: avsc's own type finds the branch of a Buffer only. */
class BytesUnionType extends avro.types.UnwrappedUnionType {
  _getIndex(value: unknown): number | undefined {
    return unions._getIndex.call(this, value instanceof Uint8Array ? asBuffer(value) : value);
  }
}

const unions = avro.types.UnwrappedUnionType.prototype as unknown as { _getIndex(value: unknown): number | undefined };

const viewBytes = new ViewBytesType();
const float32Bytes = new Float32BytesType();

/** The avsc type of a schema, safe against hostile bytes and without copies of `bytes`. Throws avsc's own errors. */
export function avroType(schema: string): Type {
  return avro.Type.forSchema(JSON.parse(schema) as avro.Schema, { omitRecordMethods: true, typeHook: boundedType });
}

function boundedType(schema: unknown, options: object): Type | undefined {
  if (schema === 'bytes') return viewBytes;
  if (Array.isArray(schema)) return schema.some(isPlainBytes) ? unionType(schema, options) : undefined;
  if (typeof schema !== 'object' || schema === null || !('type' in schema)) return undefined;
  if (schema.type === 'array') return new BoundedArrayType(schema as avro.Schema, options);
  if (schema.type === 'map') return new BoundedMapType(schema as avro.Schema, options);
  if (schema.type !== 'bytes') return undefined;
  return 'logicalType' in schema && schema.logicalType === 'float32-array' ? float32Bytes : viewBytes;
}

function unionType(branches: readonly unknown[], options: object): Type {
  return new BytesUnionType(
    branches.map((branch) => avro.Type.forSchema(branch as avro.Schema, options)) as unknown as avro.Schema,
    options,
  );
}

function isPlainBytes(schema: unknown): boolean {
  return schema === 'bytes';
}

function readBlock(tap: Tap): number {
  const count = tap.readLong();
  if (count >= 0) return within(tap, count, 'items');
  tap.skipLong();
  return within(tap, -count, 'items');
}

function skipBlock(tap: Tap): number {
  for (;;) {
    const count = tap.readLong();
    if (count >= 0) return within(tap, count, 'items');
    const length = tap.readLong();
    tap.pos += within(tap, length, 'bytes');
  }
}

/** `length` where the message can hold as much; an item takes a byte at least. */
function within(tap: Tap, length: number, unit: string): number {
  const left = Math.max(0, tap.buf.length - tap.pos);
  if (!(length >= 0 && length <= left)) throw new RangeError(`${length} ${unit} announced where ${left} bytes are left`);
  return length;
}

/** Past its end a cursor only counts, so that the writer learns the size. */
function writeBytes(tap: Tap, bytes: Uint8Array): void {
  tap.writeLong(bytes.length);
  const start = tap.pos;
  tap.pos += bytes.length;
  if (tap.pos <= tap.buf.length) tap.buf.set(bytes, start);
}
