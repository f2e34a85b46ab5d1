import { defineConfig } from '../../config/index.js';
import { error, reasonOf } from '../../errors.js';
import { optional, primitive, type Schema } from '../data/schema.js';
import type { ConverterPlugin, HeaderConverterPlugin } from './converter.js';
import { converterKeys } from './converter-config.js';

interface Layout {
  readonly name: string;
  readonly type: 'INT16' | 'INT32' | 'INT64' | 'FLOAT32' | 'FLOAT64' | 'BOOLEAN';
  readonly size: number;
  write(buffer: Buffer, value: unknown): void;
  read(buffer: Buffer): unknown;
}

const layouts: readonly Layout[] = [
  {
    name: 'Boolean',
    type: 'BOOLEAN',
    size: 1,
    write: (buffer, value) => buffer.writeUInt8(value === true ? 1 : 0),
    read: (buffer) => {
      const byte = buffer.readUInt8();
      if (byte > 1) throw error('HW_CONNECT_DATA', { problem: `Unexpected byte received while deserializing a Boolean: ${byte}` });
      return byte === 1;
    },
  },
  {
    name: 'Double',
    type: 'FLOAT64',
    size: 8,
    write: (buffer, value) => buffer.writeDoubleBE(Number(value)),
    read: (b) => b.readDoubleBE(),
  },
  { name: 'Float', type: 'FLOAT32', size: 4, write: (buffer, value) => buffer.writeFloatBE(Number(value)), read: (b) => b.readFloatBE() },
  { name: 'Integer', type: 'INT32', size: 4, write: (buffer, value) => buffer.writeInt32BE(Number(value)), read: (b) => b.readInt32BE() },
  {
    name: 'Long',
    type: 'INT64',
    size: 8,
    write: (buffer, value) => buffer.writeBigInt64BE(BigInt(value as number | bigint)),
    read: (buffer) => {
      const exact = buffer.readBigInt64BE();
      return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
    },
  },
  { name: 'Short', type: 'INT16', size: 2, write: (buffer, value) => buffer.writeInt16BE(Number(value)), read: (b) => b.readInt16BE() },
];

/** Big-endian numbers and booleans (`LongConverter`, `BooleanConverter`, ...). */
export const numberConverters: readonly (ConverterPlugin & HeaderConverterPlugin)[] = layouts.map((layout) => {
  const className = `org.apache.kafka.connect.converters.${layout.name}Converter`;
  const schema = optional(primitive(layout.type));
  const encode = (given: Schema | null, value: unknown): Uint8Array | null => {
    if (given && given.type !== layout.type) throw unfit(layout, given.type);
    if (value === null || value === undefined) return null;
    const fits = layout.type === 'BOOLEAN' ? typeof value === 'boolean' : typeof value === 'number' || typeof value === 'bigint';
    if (!fits) throw unfit(layout, typeof value);
    const buffer = Buffer.alloc(layout.size);
    try {
      layout.write(buffer, value);
    } catch (thrown) {
      throw error('HW_CONNECT_DATA', { problem: `Failed to serialize to ${layout.name}: ${reasonOf(thrown)}` }, thrown);
    }
    return buffer;
  };
  const decode = (bytes: Uint8Array | null) => {
    if (bytes && bytes.length !== layout.size) {
      throw error('HW_CONNECT_DATA', {
        problem: `Failed to deserialize ${layout.name}: size of data is ${bytes.length}, expected ${layout.size}`,
      });
    }
    return { schema, value: bytes && layout.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)) };
  };
  return {
    className,
    config: defineConfig(converterKeys),
    create: () => ({ fromConnect: (_topic, given, value) => encode(given, value), toConnect: (_topic, bytes) => decode(bytes) }),
    createHeader: () => ({ fromConnectHeader: encode, toConnectHeader: decode }),
  };
});

function unfit(layout: Layout, got: string): Error {
  return error('HW_CONNECT_DATA', { problem: `${layout.name}Converter takes ${layout.type}, not ${got}` });
}
