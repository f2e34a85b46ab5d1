import { error } from '../errors.js';
import type { Fit, ImagePlan, Point } from './image-plan.js';
import type { PixelBox } from './resample.js';

/** Which pixels of the source lie on which pixels of the target: what it takes to draw a plan, and to find the way back from its result. */
export interface Placement {
  readonly from: PixelBox;
  readonly to: PixelBox;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The pixels that a plan leaves of a picture of `size`. Throws HW_IMAGE_REGION where that is none. */
export function cropBox(size: Size, crop: readonly Point[] | undefined): PixelBox {
  if (crop === undefined) return whole(size);
  const xs = crop.map(([x]) => x);
  const ys = crop.map(([, y]) => y);
  const left = Math.max(0, Math.floor(Math.min(...xs)));
  const top = Math.max(0, Math.floor(Math.min(...ys)));
  const right = Math.min(size.width, Math.ceil(Math.max(...xs)));
  const bottom = Math.min(size.height, Math.ceil(Math.max(...ys)));
  if (!(right > left && bottom > top)) throw error('HW_IMAGE_REGION', { region: JSON.stringify(crop), ...size });
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** How the crop of `plan` comes to lie on a target of `size`. */
export function place(source: Size, plan: Pick<ImagePlan, 'crop'>, target: Size, fit: Fit): Placement {
  const from = cropBox(source, plan.crop);
  if (fit === 'contain') return { from, to: middle(scaledInto(from, target), target) };
  if (fit === 'cover') {
    const inner = middle(scaledInto(target, from), from);
    return { from: { ...inner, x: from.x + inner.x, y: from.y + inner.y }, to: whole(target) };
  }
  return { from, to: whole(target) };
}

/** All of something that may be more than its size: what is picked here travels between threads, its pixels do not. */
function whole({ width, height }: Size): PixelBox {
  return { x: 0, y: 0, width, height };
}

/** The largest size of the shape of `inner` that fits into `outer`. */
function scaledInto(inner: Size, outer: Size): Size {
  const scale = Math.min(outer.width / inner.width, outer.height / inner.height);
  return { width: Math.max(1, Math.round(inner.width * scale)), height: Math.max(1, Math.round(inner.height * scale)) };
}

function middle(inner: Size, outer: Size): PixelBox {
  return { x: Math.floor((outer.width - inner.width) / 2), y: Math.floor((outer.height - inner.height) / 2), ...inner };
}
