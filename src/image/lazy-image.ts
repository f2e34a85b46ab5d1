import { corners, type Box, type Fit, type ImagePlan, type Point } from './image-plan.js';
import type { ImageSource } from './image-source.js';
import { renderPixels, type Pixels } from './pixels.js';

/**
 * A picture that has not been decoded: bytes and a plan. Every method extends the plan and returns a new image; pixels come into
 * being beside the engine, and images of one source share one decoding.
 */
export class LazyImage {
  private constructor(
    readonly source: ImageSource,
    readonly plan: ImagePlan,
  ) {}

  static from(bytes: Uint8Array, options: Partial<Omit<ImageSource, 'bytes'>> = {}): LazyImage {
    return new LazyImage({ bytes, encoding: 'auto', ...options }, { colour: 'rgb' });
  }

  /** Cuts out a rectangle or polygon, always in pixels of the source picture; a later crop replaces an earlier one. */
  crop(region: Box | readonly Point[]): LazyImage {
    return this.with({ crop: 'width' in region ? corners(region) : region });
  }

  /** Scales what the crop leaves to `width` x `height` pixels; a later resize replaces an earlier one. */
  resize({ width, height, fit = 'fill' }: { width: number; height: number; fit?: Fit }): LazyImage {
    return this.with({ resize: { width, height, fit } });
  }

  /** One channel of luma (ITU-R BT.601) in place of RGB. */
  grey(): LazyImage {
    return this.with({ colour: 'grey' });
  }

  /** The pixels, made here and now, on this thread; models make theirs in a lane. Rejects with HW_IMAGE_*. */
  pixels(): Promise<Pixels> {
    return renderPixels(this.source, this.plan);
  }

  private with(change: Partial<ImagePlan>): LazyImage {
    return new LazyImage(this.source, { ...this.plan, ...change });
  }
}
