/** What a picture may cost before it is refused unseen: a header is cheap to write and dear to obey. */
export interface ImageLimits {
  /** Width x height. */
  readonly pixels: number;
  /** Scans of a JPEG; encoders write at most about twenty. */
  readonly scans: number;
  /** Scans x pixels of a JPEG: each scan may touch every pixel. */
  readonly scanPixels: number;
}

export const defaultLimits: ImageLimits = { pixels: 50_000_000, scans: 100, scanPixels: 1_000_000_000 };
