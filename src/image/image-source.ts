/** Raw pixels of 8 bits a channel, rows top down (the names of ROS). */
export type RawEncoding = 'mono8' | 'rgb8' | 'bgr8' | 'rgba8' | 'bgra8';

/** How the bytes of a picture are to be read: `auto` looks at them. */
export type Encoding = 'auto' | RawEncoding;

/** Bytes of a picture, shared by all images that are cut from it. `width` and `height` are needed for raw pixels only. */
export interface ImageSource {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  readonly width?: number;
  readonly height?: number;
}
