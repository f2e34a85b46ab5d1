import { error } from '../errors.js';
import { exifOrientation } from './exif-orientation.js';

/** What a JPEG says of itself before any pixel is decoded. */
export interface JpegHeader {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 YCbCr or RGB, 4 CMYK or YCCK. */
  readonly components: number;
  readonly scans: number;
  /** EXIF orientation, 1 (upright) to 8. */
  readonly orientation: number;
}

const scanMarker = Buffer.from([0xff, 0xda]);

/** Reads the marker segments up to the first scan, and counts the scans (ITU-T T.81, annex B). Throws HW_IMAGE_CORRUPT. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let frame: { width: number; height: number; components: number } | undefined;
  let orientation = 1;
  let at = 2;
  for (;;) {
    while (data[at] === 0xff && data[at + 1] === 0xff) at++;
    const marker = data[at + 1];
    if (data[at] !== 0xff || marker === undefined || at + 4 > data.length) throw corrupt('its header ends early');
    const length = data.readUInt16BE(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > data.length) throw corrupt('a header segment is longer than the file');
    if (marker === 0xda) break;
    if (isFrame(marker)) {
      if (frame !== undefined || length < 8) throw corrupt('its frame header is malformed');
      frame = { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7), components: data.readUInt8(at + 9) };
    }
    if (marker === 0xe1) orientation = exifOrientation(data.subarray(at + 4, end)) ?? orientation;
    at = end;
  }
  if (frame === undefined) throw corrupt('it has no frame header before its first scan');
  if (frame.width === 0 || frame.height === 0) throw corrupt(`its frame is ${frame.width} x ${frame.height}`);
  return { ...frame, orientation, scans: countScans(data, at) };
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Inside a scan every 0xff is followed by a zero or a restart marker, so the two bytes found are a scan. */
function countScans(data: Buffer, from: number): number {
  let scans = 0;
  for (let at = from; at !== -1; at = data.indexOf(scanMarker, at + 2)) scans++;
  return scans;
}

function corrupt(reason: string) {
  return error('HW_IMAGE_CORRUPT', { format: 'JPEG', reason });
}
