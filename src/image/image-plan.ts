/** A point in pixels of the source picture, its EXIF orientation applied; 0,0 is the upper left corner. */
export type Point = readonly [x: number, y: number];

/** A rectangle in pixels of the source picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `fill` stretches, `cover` cuts what sticks out of the middle, `contain` keeps everything and pads with grey 114 (letterbox). */
export type Fit = 'fill' | 'cover' | 'contain';

export interface Resize {
  readonly width: number;
  readonly height: number;
  readonly fit: Fit;
}

/** What is to become of a picture, in this order: crop, resize, colour. Plain data: it travels to a lane as it is. */
export interface ImagePlan {
  /** At least three corners: their bounding box is cut out; what lies outside a polygon that is no upright rectangle turns grey (114). */
  readonly crop?: readonly Point[];
  readonly resize?: Resize;
  readonly colour: 'rgb' | 'grey';
}

/** The corners of `box`, clockwise. */
export function corners({ x, y, width, height }: Box): Point[] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}
