import { imageFormat, type ImageFormat } from './image-format.js';
import { readJpegHeader } from './jpeg-header.js';

export interface ImageHeader {
  readonly mediaType: string;
  /** Pixels; 0 where the header was not read. */
  readonly width: number;
  readonly height: number;
}

const mediaTypes: Record<ImageFormat, string> = {
  JPEG: 'image/jpeg',
  PNG: 'image/png',
  WebP: 'image/webp',
  GIF: 'image/gif',
  TIFF: 'image/tiff',
  AVIF: 'image/avif',
};

/** What the first bytes of a picture say; of a JPEG the size as well. Bytes that are no picture are said to be just that: the decoder gives the reason. */
export function imageHeader(bytes: Uint8Array): ImageHeader {
  const format = imageFormat(bytes);
  const mediaType = format === undefined ? 'application/octet-stream' : mediaTypes[format];
  if (format !== 'JPEG') return { mediaType, width: 0, height: 0 };
  try {
    const { width, height } = readJpegHeader(bytes);
    return { mediaType, width, height };
  } catch {
    return { mediaType, width: 0, height: 0 };
  }
}
