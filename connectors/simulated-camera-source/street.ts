import { conditionsAt, type Conditions } from './conditions.js';
import { Draws } from './draws.js';
import { bays, drawScene, HEIGHT, WIDTH } from './street-scene.js';

export interface StreetOptions {
  readonly seed: number;
  /** Share of the time that a bay is taken. */
  readonly occupancy: number;
  /** Frames after which whoever stands in a bay, or nobody, may change. */
  readonly dwellFrames: number;
  /** `FRAME:WORD`, see `conditionsAt`. */
  readonly schedule: readonly string[];
}

export interface StreetFrame {
  readonly jpeg: Uint8Array;
  readonly conditions: Conditions;
}

const OCCUPANCY = 100;

/** A street with parking bays, as camera number `camera` sees it: any frame can be asked for, and the same one always has the same bytes. */
export class Street {
  constructor(
    private readonly options: StreetOptions,
    private readonly camera: number,
  ) {}

  async frame(frame: number): Promise<StreetFrame> {
    const { seed, schedule } = this.options;
    const conditions = conditionsAt(schedule, frame);
    const cars = bays.map((_, bay) => this.#car(bay, frame));
    const { data } = drawScene({ seed, camera: this.camera, frame, conditions, cars });
    // Here, so that a worker without a simulated camera loads no picture library.
    const { encodeImage } = await import('headwater');
    return { jpeg: await encodeImage({ width: WIDTH, height: HEIGHT, channels: 3, data }, 'jpeg', 85), conditions };
  }

  /** `occupied` or `clear` by region. */
  labels(frame: number): [region: string, label: 'occupied' | 'clear'][] {
    return bays.map(({ name }, bay) => [name, this.#car(bay, frame) === undefined ? 'clear' : 'occupied']);
  }

  /** The number of the car in a bay: each stretch of `dwellFrames` frames, whose beginning differs from bay to bay, is drawn anew. */
  #car(bay: number, frame: number): number | undefined {
    const { seed, occupancy, dwellFrames } = this.options;
    const begin = Math.floor(new Draws(seed, this.camera, OCCUPANCY, bay).between(0, dwellFrames));
    const stretch = Math.floor((frame + begin) / dwellFrames);
    return new Draws(seed, this.camera, OCCUPANCY, bay, stretch).chance(occupancy) ? stretch : undefined;
  }
}
