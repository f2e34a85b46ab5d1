import sharp, { type Sharp } from 'sharp';

import type { ErrorCode } from '../../src/index.js';
import { assemble, exifPayload, jpegParts, withScans, withSegment, withSize } from './jpeg-forgery.js';
import { png, zeros } from './png-forgery.js';

/** Bytes that a camera should not send, and what has to become of them. */
export interface HostilePayload {
  readonly name: string;
  readonly bytes: Buffer;
  /** `either`: flipped bits may give rubbish pixels or an error of the image room, but nothing else. */
  readonly expected: 'decoded' | 'either' | Extract<ErrorCode, `HW_IMAGE_${string}`>;
}

const width = 96;
const height = 64;

/** Broken, odd and hostile payloads, the same ones each time. */
export async function hostileCorpus(): Promise<HostilePayload[]> {
  const jpeg = await picture().jpeg().toBuffer();
  const progressive = await picture().jpeg({ progressive: true }).toBuffer();
  return [
    ...noPictures(),
    ...jpegs(jpeg, progressive),
    ...(await otherFormats()),
    ...(await oddButGood(jpeg)),
    ...truncated('JPEG', jpeg, 10),
    ...flipped(jpeg),
  ];
}

/** A noisy gradient: enough detail that every part of a file matters. */
export function picture(channels: 3 | 4 = 3): Sharp {
  const data = Uint8Array.from({ length: width * height * channels }, (_, at) => (at * 7 + ((at * at) >> 5)) & 0xff);
  return sharp(data, { raw: { width, height, channels } });
}

function noPictures(): HostilePayload[] {
  const texts = {
    'plain text': 'this is not a picture',
    JSON: '{"image": "no"}',
    HTML: '<html><body>404</body></html>',
    SVG: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    'an SVG that reads a file': '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    'an SVG of a million dashes':
      '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L1e9 0" stroke="red" stroke-dasharray="0.001"/></svg>',
    PDF: '%PDF-1.7\n1 0 obj\n',
    'a ZIP archive': 'PK\x03\x04\x14\0\0\0\x08\0',
    'an ELF program': '\x7fELF\x02\x01\x01\0',
    'a BMP': 'BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0',
    'a RIFF that is no WebP': 'RIFF\x24\0\0\0WAVEfmt ',
    'an MP4': '\0\0\0\x18ftypmp42\0\0\0\0',
  };
  return [
    refused('no bytes', Buffer.alloc(0), 'HW_IMAGE_FORMAT'),
    refused('one byte', Buffer.of(0xff), 'HW_IMAGE_FORMAT'),
    refused('a kilobyte of zeros', Buffer.alloc(1024), 'HW_IMAGE_FORMAT'),
    refused('a kilobyte of 0xff', Buffer.alloc(1024, 0xff), 'HW_IMAGE_FORMAT'),
    ...Object.entries(texts).map(([name, text]) => refused(name, Buffer.from(text, 'latin1'), 'HW_IMAGE_FORMAT')),
  ];
}

function jpegs(jpeg: Buffer, progressive: Buffer): HostilePayload[] {
  const { segments, scans } = jpegParts(jpeg);
  const without = (...markers: number[]) => assemble({ segments: segments.filter(({ marker }) => !markers.includes(marker)), scans });
  const frame = segments.find(({ marker }) => marker === 0xc0)!;
  const start = Buffer.of(0xff, 0xd8, 0xff);
  return [
    refused('a JPEG of three bytes', start, 'HW_IMAGE_CORRUPT'),
    refused('a JPEG of nothing but fill bytes', Buffer.concat([start, Buffer.alloc(4096, 0xff)]), 'HW_IMAGE_CORRUPT'),
    refused('a JPEG of 37838 x 37838 pixels', withSize(jpeg, 37_838, 37_838), 'HW_IMAGE_LIMIT'),
    refused('a JPEG of 65535 x 65535 pixels', withSize(jpeg, 65_535, 65_535), 'HW_IMAGE_LIMIT'),
    refused('a JPEG just above the pixel limit', withSize(jpeg, 10_000, 5_001), 'HW_IMAGE_LIMIT'),
    refused('a JPEG without width', withSize(jpeg, 0, height), 'HW_IMAGE_CORRUPT'),
    refused('a JPEG without height', withSize(jpeg, width, 0), 'HW_IMAGE_CORRUPT'),
    refused('a JPEG larger than its scan', withSize(jpeg, width, height * 8), 'HW_IMAGE_CORRUPT'),
    refused('a progressive JPEG of 20,000 scans', withScans(progressive, 20_000), 'HW_IMAGE_LIMIT'),
    refused('many scans of a large progressive JPEG', withSize(withScans(progressive, 60), 7000, 7000), 'HW_IMAGE_LIMIT'),
    refused('a JPEG without frame header', without(0xc0), 'HW_IMAGE_CORRUPT'),
    refused('a JPEG without quantisation tables', without(0xdb), 'HW_IMAGE_CORRUPT'),
    refused('a JPEG with two frame headers', assemble({ segments: [...segments, frame], scans }), 'HW_IMAGE_CORRUPT'),
    refused(
      'a JPEG segment longer than the file',
      Buffer.concat([Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff), jpeg.subarray(2)]),
      'HW_IMAGE_CORRUPT',
    ),
    refused(
      'a JPEG segment of length zero',
      Buffer.concat([Buffer.of(0xff, 0xd8, 0xff, 0xe0, 0, 0), jpeg.subarray(2)]),
      'HW_IMAGE_CORRUPT',
    ),
    refused('a JPEG that ends before its scan', jpeg.subarray(0, jpeg.length - scans.length), 'HW_IMAGE_CORRUPT'),
  ];
}

async function otherFormats(): Promise<HostilePayload[]> {
  const webp = await picture().webp({ lossless: true }).toBuffer();
  const tiny = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .webp({ lossless: true })
    .toBuffer();
  // One colour costs no bits a pixel: the stream is good for any size that the header claims (14 bits a side).
  tiny.writeUInt32LE((tiny.readUInt32LE(21) & 0xf000_0000) | 0x0fff_bffe, 21);
  const gif = await picture().gif().toBuffer();
  const hugeGif = Buffer.from(gif);
  const frame = hugeGif.indexOf(0x2c, 13 + 3 * 2 ** ((gif[10]! & 7) + 1));
  for (const at of [6, 8, frame + 5, frame + 7]) hugeGif.writeUInt16LE(12_000, at);
  const pngFile = await picture().png().toBuffer();
  const badChecksum = Buffer.from(pngFile);
  badChecksum[30]! ^= 0xff;
  const tiff = await picture().tiff({ compression: 'none' }).toBuffer();
  return [
    refused('a WebP of a few dozen bytes and 268 million pixels', tiny, 'HW_IMAGE_LIMIT'),
    refused('a GIF of 12,000 x 12,000 pixels', hugeGif, 'HW_IMAGE_LIMIT'),
    refused('a PNG of 100,000 x 100,000 pixels', png(100_000, 100_000, zeros(1000)), 'HW_IMAGE_LIMIT'),
    refused('a PNG bomb of 400 million pixels', png(20_000, 20_000, zeros(20_000_000), { depth: 1, colour: 0 }), 'HW_IMAGE_LIMIT'),
    refused('a PNG without width', png(0, 10, zeros(10)), 'HW_IMAGE_CORRUPT'),
    refused('a PNG with too little data', png(64, 64, zeros(100)), 'HW_IMAGE_CORRUPT'),
    refused('a PNG of a bit depth that there is not', png(8, 8, zeros(200), { depth: 7 }), 'HW_IMAGE_CORRUPT'),
    refused('a PNG with a wrong checksum in its header', badChecksum, 'HW_IMAGE_CORRUPT'),
    refused('a PNG of its signature only', pngFile.subarray(0, 8), 'HW_IMAGE_CORRUPT'),
    refused('an AVIF of its signature only', Buffer.from('\0\0\0\x1cftypavif', 'latin1'), 'HW_IMAGE_CORRUPT'),
    ...truncated('PNG', pngFile, 6),
    ...truncated('WebP', webp, 5),
    ...truncated('TIFF', tiff, 4),
  ];
}

async function oddButGood(jpeg: Buffer): Promise<HostilePayload[]> {
  const wide = sharp(
    Uint16Array.from({ length: width * height * 3 }, (_, at) => at * 3),
    { raw: { width, height, channels: 3 } },
  );
  const frames = Buffer.concat(await Promise.all([1, 2, 3].map(() => picture().raw().toBuffer())));
  const animation = () => sharp(frames, { raw: { width, height: height * 3, channels: 3, pageHeight: height } });
  const thumbnail = Buffer.concat([Buffer.from('Exif\0\0'), ...Array<Buffer>(200).fill(Buffer.of(0xff, 0xda))]);
  return [
    good('a CMYK JPEG', await picture().toColourspace('cmyk').jpeg().toBuffer()),
    good('a grey JPEG', await picture().greyscale().jpeg().toBuffer()),
    good('a progressive JPEG', await picture().jpeg({ progressive: true }).toBuffer()),
    good('a JPEG with garbage after its end', Buffer.concat([jpeg, Buffer.alloc(5000, 0x41)])),
    good('a JPEG with scan markers inside its thumbnail', withSegment(jpeg, 0xe1, thumbnail)),
    good('a JPEG with fill bytes before a marker', Buffer.concat([jpeg.subarray(0, 2), Buffer.alloc(7, 0xff), jpeg.subarray(2)])),
    ...[2, 3, 4, 5, 6, 7, 8, 9].map((orientation) =>
      good(`a JPEG of EXIF orientation ${orientation}`, withSegment(jpeg, 0xe1, exifPayload(orientation))),
    ),
    good('a JPEG with rubbish for EXIF', withSegment(jpeg, 0xe1, Buffer.from('Exif\0\0MM\0*\xff\xff\xff\xff\xff\xff\xff\xff', 'latin1'))),
    good('a PNG of 16 bits', await wide.png().toBuffer()),
    good('a PNG with alpha', await picture(4).png().toBuffer()),
    good('a PNG with a palette', await picture().png({ palette: true }).toBuffer()),
    good('an interlaced PNG', await picture().png({ progressive: true }).toBuffer()),
    good('a PNG of one bit a pixel', png(64, 64, zeros(9 * 64), { depth: 1, colour: 0 })),
    good('a WebP', await picture().webp().toBuffer()),
    good('an animated WebP', await animation().webp().toBuffer()),
    good('an animated GIF', await animation().gif().toBuffer()),
    good('a TIFF of 16 bits', await wide.tiff().toBuffer()),
    good('an AVIF', await picture().avif().toBuffer()),
  ];
}

function truncated(format: string, bytes: Buffer, parts: number): HostilePayload[] {
  return Array.from({ length: parts }, (_, part) => {
    const length = Math.max(24, Math.floor((bytes.length * (part + 0.5)) / parts));
    return refused(`${format} cut after ${length} of ${bytes.length} bytes`, bytes.subarray(0, length), 'HW_IMAGE_CORRUPT');
  });
}

/** One bit flipped in each of thirty places of the header. */
function flipped(jpeg: Buffer): HostilePayload[] {
  const header = jpeg.length - jpegParts(jpeg).scans.length;
  return Array.from({ length: 30 }, (_, n) => {
    const bytes = Buffer.from(jpeg);
    const at = 3 + ((n * 97) % (header - 3));
    bytes[at]! ^= 1 << (n % 8);
    return { name: `a JPEG with bit ${n % 8} of byte ${at} flipped`, bytes, expected: 'either' };
  });
}

function refused(name: string, bytes: Buffer, expected: HostilePayload['expected']): HostilePayload {
  return { name, bytes, expected };
}

function good(name: string, bytes: Buffer): HostilePayload {
  return { name, bytes, expected: 'decoded' };
}
