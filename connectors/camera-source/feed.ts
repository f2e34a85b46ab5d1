import type { Frame } from './frame.js';

/** What a camera's feed needs from its task. */
export interface FeedOptions {
  readonly maxFps: number;
  readonly timeoutMs: number;
  readonly maxFrameBytes: number;
  /** Authorities to trust beside https, PEM. */
  readonly ca: string | undefined;
  readonly rtspTransport: string;
  /** Capture time of a video's first frame, milliseconds since 1970; undefined: the file's time. */
  readonly videoStart: number | undefined;
  /** Called for each picture that cannot be used. */
  readonly leftOut: () => void;
}

/**
 * The pictures of a camera from now on. It throws when the connection is lost or cannot be made, and can be called again then; it ends where
 * there will be no more, as at the end of a video file.
 */
export type Feed = (signal: AbortSignal) => AsyncGenerator<Frame, void>;
