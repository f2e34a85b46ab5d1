import type { NewSourceRecord } from 'headwater/connect';

/** A picture of a camera on its way to the log. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** Media type. */
  readonly encoding: string;
  /** Milliseconds since 1970. */
  readonly capturedAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly place: Pick<NewSourceRecord, 'sourcePartition' | 'sourceOffset'>;
}

/** JPEGs may be padded behind their end, by so many bytes at most. */
const PADDING = 1024;

/** The media type of a whole JPEG or PNG by its first and last bytes; undefined for anything else, a JPEG that was cut off among it. */
export function pictureType(bytes: Buffer): string | undefined {
  if (bytes.length >= 8 && bytes.readUInt32BE(0) === 0x89504e47)
    return bytes.includes('IEND', -PADDING, 'latin1') ? 'image/png' : undefined;
  const whole = bytes.length >= 4 && bytes.readUIntBE(0, 3) === 0xffd8ff && bytes.subarray(-PADDING).includes(Buffer.of(0xff, 0xd9));
  return whole ? 'image/jpeg' : undefined;
}
