import sharp from 'sharp';

import { decodeSource } from './decode.js';
import type { Point } from './image-plan.js';
import type { ImageSource } from './image-source.js';
import { RasterBuffer } from './raster.js';

/** An outline with a caption, to be drawn on a picture. */
export interface Mark {
  /** Corners in pixels of the picture. */
  readonly polygon: readonly Point[];
  /** A CSS colour. */
  readonly colour: string;
  readonly caption: string;
}

/**
 * A picture as a JPEG, at most `maxWidth` pixels wide, with marks drawn on. Captions need a font on the machine; without one there are outlines only.
 * Rejects as `decodeSource` does.
 */
export async function annotatedJpeg(source: ImageSource, marks: readonly Mark[], maxWidth = 1280): Promise<Uint8Array> {
  const { width, height, words } = await decodeSource(source, new RasterBuffer());
  const pixels = new Uint8Array(words.buffer, words.byteOffset, width * height * 4);
  const scale = Math.min(1, maxWidth / width);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const drawing = sharp(pixels, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .resize(size);
  if (marks.length > 0) drawing.composite([{ input: Buffer.from(marksAsSvg(marks, { width, height }, size)) }]);
  return new Uint8Array(await drawing.jpeg({ quality: 85 }).toBuffer());
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function marksAsSvg(marks: readonly Mark[], picture: Size, drawn: Size): string {
  const line = Math.max(1, picture.width / 250);
  const letter = Math.max(8, picture.width / 40);
  const shapes = marks.map(({ polygon, colour, caption }) => {
    const points = polygon.map(([x, y]) => `${x},${y}`).join(' ');
    const left = Math.min(...polygon.map(([x]) => x)) + line;
    const top = Math.min(...polygon.map(([, y]) => y)) + letter;
    return (
      `<polygon points="${points}" fill="none" stroke="${xml(colour)}" stroke-width="${line}"/>` +
      `<text x="${left}" y="${top}" font-family="sans-serif" font-size="${letter}" fill="#fff" stroke="#000" stroke-width="${letter / 6}" ` +
      `paint-order="stroke">${xml(caption)}</text>`
    );
  });
  const box = `width="${drawn.width}" height="${drawn.height}" viewBox="0 0 ${picture.width} ${picture.height}" preserveAspectRatio="none"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}>${shapes.join('')}</svg>`;
}

/** Text inside XML; characters that XML does not know become a replacement character. */
function xml(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
