import sharp, { type Sharp } from 'sharp';

/** Changes that make a camera's pictures look otherwise: darkness, fog, or a camera that was pushed. */
export const imageShifts = ['night', 'fog', 'camera-moved'] as const;
export type ImageShift = (typeof imageShifts)[number];

/** A JPEG of the same size as `bytes`, as the camera would see it after `shift`. The same bytes give the same bytes. */
export async function shiftImage(bytes: Uint8Array, shift: ImageShift): Promise<Uint8Array<ArrayBuffer>> {
  const image = sharp(bytes);
  const shifted = shift === 'night' ? darken(image) : shift === 'fog' ? veil(image) : await push(image);
  return Uint8Array.from(await shifted.jpeg({ quality: 85 }).toBuffer());
}

function darken(image: Sharp): Sharp {
  return image.modulate({ brightness: 0.3, saturation: 0.4 }).tint({ r: 150, g: 160, b: 200 });
}

function veil(image: Sharp): Sharp {
  return image.blur(2.5).linear(0.4, 130);
}

/** The view moves right and down by a twentieth; what was outside it repeats the edge. */
async function push(image: Sharp): Promise<Sharp> {
  const { width, height } = await image.metadata();
  const [left, top] = [Math.round(width / 20), Math.round(height / 20)];
  const cut = await image.extract({ left, top, width: width - left, height: height - top }).toBuffer();
  return sharp(cut).extend({ right: left, bottom: top, extendWith: 'copy' });
}
