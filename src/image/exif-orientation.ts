const orientationTag = 0x0112;

/** The orientation (1 to 8) in the payload of an APP1 segment; undefined where it holds none (Exif 2.32, section 4.6). */
export function exifOrientation(segment: Buffer): number | undefined {
  if (segment.length < 14 || segment.toString('latin1', 0, 6) !== 'Exif\0\0') return undefined;
  const tiff = segment.subarray(6);
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (at + 2 > tiff.length ? undefined : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const entries = u16(directory) ?? 0;
  for (let entry = 0; entry < entries; entry++) {
    const at = directory + 2 + entry * 12;
    const tag = u16(at);
    if (tag === undefined) return undefined;
    if (tag !== orientationTag) continue;
    const value = u16(at + 8);
    return value !== undefined && value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
