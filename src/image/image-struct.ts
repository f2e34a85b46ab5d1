/** OpenCV type of 8-bit pixels with 1, 3 or 4 channels, as Spark's image schema counts them. */
export const imageModes = { 1: 0, 3: 16, 4: 24 } as const satisfies Record<number, number>;

export type ChannelCount = keyof typeof imageModes;
export type ImageMode = (typeof imageModes)[ChannelCount];

/** Spark ML's image struct (`ImageSchema.columnSchema`): rows top down, pixels interleaved, colours in the order BGR or BGRA. */
export interface ImageStruct {
  /** Where it came from: a file URI, or empty. */
  readonly origin: string;
  readonly height: number;
  readonly width: number;
  readonly nChannels: ChannelCount;
  /** 0 (CV_8UC1), 16 (CV_8UC3) or 24 (CV_8UC4). */
  readonly mode: ImageMode;
  /** height x width x nChannels bytes. */
  readonly data: Uint8Array;
}

/** A row of `readImages`: Spark's column `image`, and the label where the caller asked for one. */
export interface ImageRow {
  readonly image: ImageStruct;
  /** Name of the folder that the file lies in, with `label: 'directory'`. */
  readonly label?: string;
}
