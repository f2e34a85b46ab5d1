import type { Frame } from './frame.js';

/** A frame as it leaves the queue, with the number of those of its camera that were left out since the one before. */
export interface Taken {
  readonly camera: string;
  readonly frame: Frame;
  readonly dropped: number;
}

interface Lane {
  readonly frames: Frame[];
  dropped: number;
  room: () => void;
}

/** Frames of several cameras that wait for the log, a few of each: where a live camera is faster, its oldest are dropped and counted. */
export class FrameQueue {
  readonly #lanes = new Map<string, Lane>();
  #arrived: () => void = () => undefined;

  /** `capacity` frames of each camera at most. */
  constructor(private readonly capacity: number) {}

  /** Puts a frame in; drops the oldest of this camera where there is no room. */
  push(camera: string, frame: Frame): void {
    const lane = this.#lane(camera);
    if (lane.frames.length >= this.capacity) {
      lane.frames.shift();
      lane.dropped++;
    }
    lane.frames.push(frame);
    this.#arrived();
  }

  /** Counts a picture that could not be used. */
  leftOut(camera: string): void {
    this.#lane(camera).dropped++;
  }

  /** Resolves when another frame of the camera fits in without a drop: what can wait, as a video file can, waits. */
  async room(camera: string, signal: AbortSignal): Promise<void> {
    const lane = this.#lane(camera);
    if (lane.frames.length >= this.capacity) await settled(signal, (done) => (lane.room = done));
  }

  /** Resolves when there are frames, or after `ms`. */
  async arrival(ms: number, signal: AbortSignal): Promise<void> {
    if ([...this.#lanes.values()].some(({ frames }) => frames.length > 0)) return;
    await settled(signal, (done) => {
      // Not AbortSignal.timeout inside AbortSignal.any: Node 20 collects it as garbage, and then it never aborts.
      const timer = setTimeout(done, ms);
      this.#arrived = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  /** Takes all frames out, those of a camera in their order. */
  take(): Taken[] {
    const taken: Taken[] = [];
    for (const [camera, lane] of this.#lanes) {
      for (const frame of lane.frames.splice(0)) {
        taken.push({ camera, frame, dropped: lane.dropped });
        lane.dropped = 0;
      }
      lane.room();
    }
    return taken;
  }

  #lane(camera: string): Lane {
    const lane = this.#lanes.get(camera) ?? { frames: [], dropped: 0, room: () => undefined };
    this.#lanes.set(camera, lane);
    return lane;
  }
}

/** Resolves when what `subscribe` is given is called, or the signal aborts. */
function settled(signal: AbortSignal, subscribe: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    signal.addEventListener('abort', done);
    subscribe(done);
    if (signal.aborted) done();
  });
}
