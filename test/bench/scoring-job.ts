import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import {
  fitHead,
  ImageEvent,
  ModelEvent,
  modelKey,
  MODELS_TOPIC,
  openLog,
  Runtime,
  topicWriter,
  type App,
  type Log,
  type Topology,
} from '../../src/index.js';
import { closeLanes } from '../../src/ml/engines/lane-pool.js';
import { registered } from './registered.js';

export const home = fileURLToPath(new URL('../../../', import.meta.url));
export const model = path.join(home, 'models/efficientnet-lite0/model.onnx');

/** The JPEG files of a folder; the sample camera's by default. */
export function pictures(folder = path.join(home, 'topologies/sample/junction/frames')): Uint8Array<ArrayBuffer>[] {
  return readdirSync(folder)
    .sort()
    .map((file) => new Uint8Array(readFileSync(path.join(folder, file))));
}

/** topologies/score.ts on a log of its own, with a head of two classes as champion: what the benches of the main job run. */
export class ScoringJob {
  #app: App | undefined;

  private constructor(
    readonly log: Log,
    readonly runtime: Runtime,
    private readonly score: Topology,
    private readonly folder: string | undefined,
  ) {}

  /** On the embedded log in a temporary directory, or at `location`. */
  static async open(location?: string): Promise<ScoringJob> {
    const folder = location === undefined ? await mkdtemp(path.join(tmpdir(), 'headwater-bench-')) : undefined;
    const log = await openLog(location ?? folder!);
    const runtime = await Runtime.open({ log });
    const score = ((await import(pathToFileURL(path.join(home, 'dist/topologies/score.js')).href)) as { default: Topology }).default;
    const job = new ScoringJob(log, runtime, score, folder);
    await log.createTopics([{ name: 'camera-frames', partitions: 4, retentionBytes: 256 << 20 }]);
    await job.#promoteHead();
    return job;
  }

  /** Writes frames, of four cameras in turn unless told otherwise. */
  async write(
    frames: readonly Uint8Array[],
    { cameras = 4, capturedAt = Date.now() }: { cameras?: number; capturedAt?: number } = {},
  ): Promise<void> {
    const { log, registry } = this.runtime;
    const write = topicWriter({ log, registry, topic: 'camera-frames', format: ImageEvent });
    const about = { encoding: 'image/jpeg', width: 0, height: 0, uri: null, sha256: null, attributes: {} };
    for (let at = 0; at < frames.length; at += 32) {
      const batch = frames.slice(at, at + 32).map((bytes, index) => {
        const camera = `camera-${(at + index) % cameras}`;
        return { key: camera, value: { camera, capturedAt, bytes, ...about }, timestamp: capturedAt };
      });
      await write(batch);
    }
  }

  /** Starts the app; `stop` ends it again, and another start goes on after it. */
  async start(): Promise<App> {
    return (this.#app = await this.runtime.run(this.score));
  }

  /** Resolves when all frames are predicted and committed. */
  async settle(): Promise<void> {
    while (!(await this.#app!.idle())) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async stop(): Promise<void> {
    await this.#app?.stop();
    this.#app = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.runtime.close();
    await this.log.close();
    await closeLanes();
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  async #promoteHead(): Promise<void> {
    const { log, registry } = this.runtime;
    const features = Float32Array.from({ length: 4 * 1280 }, (_, index) => Math.sin(index));
    const head = fitHead(features, ['clear', 'occupied', 'clear', 'occupied'], { name: 'occupied' });
    const version = registered(head);
    const champion: ModelEvent = { kind: 'alias', head: 'occupied', alias: 'champion', version: head.version, reason: 'bench', since: 0 };
    const events = [version, champion].map((value) => ({ key: modelKey(value), value }));
    await topicWriter({ log, registry, topic: MODELS_TOPIC, format: ModelEvent })(events);
    while (this.runtime.modelRegistry.champions.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
