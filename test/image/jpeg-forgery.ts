/** Marker segments of a JPEG up to its first scan, and the rest, so that forged files can be put together from a real one. */
export interface JpegParts {
  readonly segments: readonly { readonly marker: number; readonly bytes: Buffer }[];
  /** From the first SOS marker to the end. */
  readonly scans: Buffer;
}

export function jpegParts(jpeg: Buffer): JpegParts {
  const segments: { marker: number; bytes: Buffer }[] = [];
  let at = 2;
  while (jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2);
    segments.push({ marker: jpeg[at + 1]!, bytes: jpeg.subarray(at, end) });
    at = end;
  }
  return { segments, scans: jpeg.subarray(at) };
}

export function assemble({ segments, scans }: JpegParts): Buffer {
  return Buffer.concat([Buffer.of(0xff, 0xd8), ...segments.map(({ bytes }) => bytes), scans]);
}

/** The same file with another size in its frame header. */
export function withSize(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = [0xc0, 0xc2].map((marker) => copy.indexOf(Buffer.of(0xff, marker))).find((at) => at !== -1)!;
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

/** The same file with a segment put in front of all others. */
export function withSegment(jpeg: Buffer, marker: number, payload: Buffer): Buffer {
  const head = Buffer.of(0xff, marker, (payload.length + 2) >> 8, (payload.length + 2) & 0xff);
  return Buffer.concat([jpeg.subarray(0, 2), head, payload, jpeg.subarray(2)]);
}

/** A progressive file whose last scan comes again and again. */
export function withScans(progressive: Buffer, scans: number): Buffer {
  const last = progressive.lastIndexOf(Buffer.of(0xff, 0xda));
  const scan = progressive.subarray(last, progressive.length - 2);
  return Buffer.concat([progressive.subarray(0, last), ...Array<Buffer>(scans).fill(scan), Buffer.of(0xff, 0xd9)]);
}

/** The payload of an APP1 segment that holds nothing but an orientation. */
export function exifPayload(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
}
