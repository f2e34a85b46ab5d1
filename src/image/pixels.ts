import { decodeSource } from './decode.js';
import { draw } from './draw.js';
import type { ImagePlan } from './image-plan.js';
import type { ImageSource } from './image-source.js';
import { cropBox } from './placement.js';
import { RasterBuffer } from './raster.js';

/** Decoded pixels, rows top down, interleaved: RGB with 3 channels, luma with 1. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** height x width x channels bytes. */
  readonly data: Uint8Array;
}

/** Carries out a plan here and now. Rejects as `decodeSource` and `draw` throw. */
export async function renderPixels(source: ImageSource, plan: ImagePlan): Promise<Pixels> {
  const raster = await decodeSource(source, new RasterBuffer());
  const { width, height } = plan.resize ?? cropBox(raster, plan.crop);
  const bytes = new Uint8Array(width * height * 3);
  draw(raster, plan, { bytes, offset: 0, width, height });
  if (plan.colour === 'rgb') return { width, height, channels: 3, data: bytes };
  return { width, height, channels: 1, data: bytes.filter((_, at) => at % 3 === 0) };
}
