import {
  connectSchemaOf,
  defineConfig,
  defineSource,
  LabelEvent,
  regionKey,
  Schemas,
  Struct,
  validators,
  type NewSourceRecord,
  type SourceTask,
  type SourceTaskContext,
} from 'headwater/connect';
import { dealOut } from '../deal-out.js';
import { imageRecord } from '../image-record.js';
import { scheduleValidator } from './conditions.js';
import { Draws } from './draws.js';
import { Street } from './street.js';

const config = defineConfig({
  topic: { type: 'STRING', default: 'camera-frames', importance: 'HIGH', doc: 'Topic to write frames to.', validator: validators.nonEmpty },
  'labels.topic': { type: 'STRING', default: 'labels', importance: 'HIGH', doc: 'Topic to write labels to. Empty: none.' },
  cameras: { type: 'INT', default: 1, importance: 'HIGH', doc: 'Number of cameras.', validator: validators.inRange(1, 10_000) },
  'camera.prefix': { type: 'STRING', default: 'street-', doc: 'Camera ids are this and a number from 1.', validator: validators.nonEmpty },
  seed: {
    type: 'INT',
    default: 1,
    importance: 'HIGH',
    doc: 'What everything drawn at random depends on: the same seed gives the same pictures and labels.',
  },
  fps: {
    type: 'DOUBLE',
    default: 2,
    importance: 'HIGH',
    doc: 'Frames a second of each camera.',
    validator: validators.inRange(0.001, 1000),
  },
  paced: { type: 'BOOLEAN', default: true, doc: 'Whether frames come when they are due. false: as fast as the log takes them, for load.' },
  frames: { type: 'LONG', default: 0, doc: 'Frames of each camera; 0: without end.', validator: validators.inRange(0) },
  start: {
    type: 'LONG',
    default: null,
    doc: 'Capture time of the first frame in ms since 1970. None: when the connector starts for the first time.',
  },
  schedule: {
    type: 'LIST',
    default: '',
    importance: 'HIGH',
    doc: 'What changes when, as FRAME:WORD with commas between: day, night; dry, rain; home, moved (the camera was pushed).',
    validator: scheduleValidator,
  },
  occupancy: { type: 'DOUBLE', default: 0.5, doc: 'Share of the time that a bay is taken.', validator: validators.inRange(0, 1) },
  'dwell.frames': { type: 'INT', default: 15, doc: 'Frames after which a car may leave or come.', validator: validators.inRange(1) },
  'labels.late.frames': { type: 'INT', default: 5, doc: 'Frames by which labels come after their own.', validator: validators.inRange(0) },
  'labels.share': { type: 'DOUBLE', default: 1, doc: 'Share of the frames that get labels.', validator: validators.inRange(0, 1) },
  'task.cameras': { type: 'LIST', default: '', doc: 'Numbers of the cameras of this task.', internal: true },
});

/** Most frames of a camera in one poll where they are not paced. */
const BURST = 8;
const LABELLED = 200;
const labelSchema = connectSchemaOf(LabelEvent);

/**
 * Simulated street cameras with labels, exactly once: each frame can be drawn again from its number, so a restart goes on with the next one
 * and a reset of the offsets gives the same bytes.
 */
export const simulatedCameraSource = defineSource({
  className: 'headwater.SimulatedCameraSource',
  aliases: ['SimulatedCameraSource'],
  version: '0.1.0',
  config,
  connector: () =>
    dealOut({
      items: (properties) => Array.from({ length: config.parse(properties).cameras }, (_, index) => index + 1),
      properties: (numbers) => ({ 'task.cameras': numbers.join(',') }),
    }),
  task: () => new SimulatedCameraTask(),
});

interface SimulatedCamera {
  readonly number: number;
  readonly id: string;
  readonly street: Street;
  /** Capture time of frame 0. */
  readonly start: number;
  /** Number of the next frame. */
  next: number;
}

class SimulatedCameraTask implements SourceTask {
  #context!: SourceTaskContext;
  #options!: ReturnType<typeof config.parse>;
  #cameras: readonly SimulatedCamera[] = [];
  #dueAt = 0;

  async start(properties: Parameters<SourceTask['start']>[0], context: SourceTaskContext): Promise<void> {
    this.#context = context;
    this.#options = config.parse(properties);
    const now = this.#options.start ?? Date.now();
    this.#cameras = await Promise.all(this.#options['task.cameras'].map((number) => this.#camera(Number(number), now)));
    this.#dueAt = performance.now();
  }

  async poll(): Promise<readonly NewSourceRecord[]> {
    const { paced, fps } = this.#options;
    const open = this.#cameras.filter(({ next }) => next < this.#end());
    if (open.length === 0) await this.#context.sleep(500);
    if (paced) await this.#context.sleep(Math.max(0, this.#dueAt - performance.now()));
    if (this.#context.signal.aborted) return [];
    // A worker that was held up leaves no gap in the frames, it is late from now on.
    this.#dueAt = Math.max(this.#dueAt + 1000 / fps, performance.now());
    const records: NewSourceRecord[] = [];
    for (let round = 0; round < (paced ? 1 : BURST); round++) {
      for (const camera of open) if (camera.next < this.#end()) records.push(...(await this.#records(camera, camera.next++)));
    }
    return records;
  }

  /** After the last frame come its labels. */
  #end(): number {
    const { frames, 'labels.late.frames': late } = this.#options;
    return frames === 0 ? Infinity : frames + late;
  }

  async #camera(number: number, now: number): Promise<SimulatedCamera> {
    const { seed, occupancy, 'dwell.frames': dwellFrames, schedule, 'camera.prefix': prefix } = this.#options;
    const id = `${prefix}${number}`;
    const stored = await this.#context.offsets.offset({ camera: id, seed });
    const street = new Street({ seed, occupancy, dwellFrames, schedule }, number);
    return { number, id, street, start: Number(stored?.start ?? now), next: Number(stored?.next ?? 0) };
  }

  /** Frame number `frame`, and the labels that are due with it. */
  async #records(camera: SimulatedCamera, frame: number): Promise<NewSourceRecord[]> {
    const { seed, topic, frames, 'labels.topic': labelsTopic, 'labels.late.frames': late, 'labels.share': share } = this.#options;
    const place = { sourcePartition: { camera: camera.id, seed }, sourceOffset: { next: frame + 1, start: camera.start } };
    const records: NewSourceRecord[] = [];
    if (frames === 0 || frame < frames) {
      const { jpeg, conditions } = await camera.street.frame(frame);
      const attributes = { source: 'simulation', frame: String(frame), ...conditions };
      const picture = { camera: camera.id, capturedAt: this.#time(camera, frame), encoding: 'image/jpeg', bytes: jpeg, attributes };
      records.push({ topic, ...place, ...imageRecord(picture) });
    }
    const labelled = frame - late;
    if (labelsTopic === '' || labelled < 0 || !new Draws(seed, camera.number, LABELLED, labelled).chance(share)) return records;
    for (const [region, label] of camera.street.labels(labelled)) {
      const labelledAt = this.#time(camera, frame);
      const value = new Struct(labelSchema, {
        camera: camera.id,
        region,
        capturedAt: new Date(this.#time(camera, labelled)),
        label,
        source: 'simulation',
        predictionId: null,
        labelledAt: new Date(labelledAt),
      });
      const key = { keySchema: Schemas.string, key: regionKey(camera.id, region) };
      records.push({ topic: labelsTopic, ...place, ...key, valueSchema: labelSchema, value, timestamp: labelledAt });
    }
    return records;
  }

  #time({ start }: SimulatedCamera, frame: number): number {
    return start + Math.round((frame * 1000) / this.#options.fps);
  }
}
