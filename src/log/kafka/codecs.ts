import { init as loadZstd, compress as zstdCompress, decompress as zstdDecompress } from '@bokuweb/zstd-wasm';
import kafkajs from 'kafkajs';
import snappy from 'kafkajs-snappy';
import { compressFrame, decompressFrame } from 'lz4-napi';
import type { Compression } from './kafka-options.js';

const { CompressionCodecs, CompressionTypes } = kafkajs;

interface Encoded {
  readonly buffer: Buffer;
}

let zstd: Promise<void> | undefined;

/** Teaches kafkajs the codecs that it leaves to others; once a process. The frames are those that Java's client reads and writes. */
export function registerCodecs(): void {
  const codecs = CompressionCodecs as unknown as Record<number, unknown>;
  codecs[CompressionTypes.Snappy] = snappy;
  codecs[CompressionTypes.LZ4] = () => ({
    compress: ({ buffer }: Encoded) => compressFrame(buffer),
    decompress: (bytes: Buffer) => decompressFrame(bytes),
  });
  codecs[CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: Encoded) => {
      await (zstd ??= loadZstd());
      return Buffer.from(zstdCompress(buffer));
    },
    decompress: async (bytes: Buffer) => {
      await (zstd ??= loadZstd());
      return Buffer.from(zstdDecompress(bytes));
    },
  });
}

export function compressionType(compression: Compression): kafkajs.CompressionTypes {
  return {
    none: CompressionTypes.None,
    gzip: CompressionTypes.GZIP,
    snappy: CompressionTypes.Snappy,
    lz4: CompressionTypes.LZ4,
    zstd: CompressionTypes.ZSTD,
  }[compression];
}
