import type { ImagePlan } from './image-plan.js';
import { place, type Placement } from './placement.js';
import { isUprightRectangle, paintOutside } from './polygon-mask.js';
import type { Raster } from './raster.js';
import { resample, type Canvas } from './resample.js';

/** The grey around a letterboxed picture and outside a polygon, as detectors of the YOLO line are trained. */
const paddingGrey = 114;

/** Draws what `plan` makes of a picture onto all of the canvas, three bytes a pixel, and says where it came to lie. Throws HW_IMAGE_REGION. */
export function draw(raster: Raster, plan: ImagePlan, canvas: Canvas): Placement {
  const placement = place(raster, plan, canvas, plan.resize?.fit ?? 'fill');
  const { to } = placement;
  const size = canvas.width * canvas.height * 3;
  if (to.width < canvas.width || to.height < canvas.height) canvas.bytes.fill(paddingGrey, canvas.offset, canvas.offset + size);
  resample(raster, placement.from, canvas, to);
  if (plan.crop !== undefined && !isUprightRectangle(plan.crop)) paintOutside(canvas, placement, plan.crop, paddingGrey);
  if (plan.colour === 'grey') toLuma(canvas.bytes.subarray(canvas.offset, canvas.offset + size));
  return placement;
}

/** ITU-R BT.601 luma in all three channels. */
function toLuma(rgb: Uint8Array): void {
  for (let at = 0; at + 2 < rgb.length; at += 3) {
    const luma = (77 * rgb[at]! + 150 * rgb[at + 1]! + 29 * rgb[at + 2]! + 128) >> 8;
    rgb[at] = rgb[at + 1] = rgb[at + 2] = luma;
  }
}
