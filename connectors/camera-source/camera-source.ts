import { readFile } from 'node:fs/promises';
import {
  defineConfig,
  defineSource,
  Password,
  reasonOf,
  validators,
  type NewSourceRecord,
  type SourceTask,
  type SourceTaskContext,
} from 'headwater/connect';
import { dealOut } from '../deal-out.js';
import { imageRecord } from '../image-record.js';
import { camerasText, camerasValidator, parseCameras, withCredentials, type CameraAddress } from './camera-address.js';
import type { Feed, FeedOptions } from './feed.js';
import { requireFfmpeg } from './ffmpeg.js';
import { streamFeed, videoFeed } from './ffmpeg-feeds.js';
import { FrameQueue } from './frame-queue.js';
import { httpFeed } from './http-feed.js';
import { watchCamera } from './watch-camera.js';

const config = defineConfig({
  cameras: {
    type: 'PASSWORD',
    importance: 'HIGH',
    doc: 'Cameras as id=URL, with commas between: http and https (a JPEG or PNG, or an MJPEG stream), rtsp, rtsps, rtmp, rtmps, srt, or the path of a video file. Write a comma in a URL as %2C.',
    validator: camerasValidator,
  },
  topic: { type: 'STRING', default: 'camera-frames', importance: 'HIGH', doc: 'Topic to write to.', validator: validators.nonEmpty },
  'max.fps': {
    type: 'DOUBLE',
    default: 2,
    importance: 'HIGH',
    doc: 'Most pictures a second of each camera; a URL of single pictures is asked so often.',
    validator: validators.inRange(0.001, 1000),
  },
  username: { type: 'STRING', default: '', doc: 'User name for cameras whose URL has none; empty: none.' },
  password: { type: 'PASSWORD', default: null, doc: 'Password of that user.' },
  'queue.frames': {
    type: 'INT',
    default: 4,
    doc: 'Most pictures of a camera that wait in memory; of more, the oldest is dropped.',
    validator: validators.inRange(1, 10_000),
  },
  'max.frame.bytes': {
    type: 'INT',
    default: 8 * 2 ** 20,
    doc: 'Largest picture; a camera that sends more is cut off and tried again.',
    validator: validators.inRange(1024, 2 ** 30),
  },
  'timeout.ms': {
    type: 'LONG',
    default: 10_000,
    doc: 'A camera that gave no picture for this long counts as away.',
    validator: validators.inRange(1, 2 ** 31 - 1),
  },
  'retry.max.ms': {
    type: 'LONG',
    default: 60_000,
    doc: 'Longest pause before a camera that is away is tried again.',
    validator: validators.inRange(1, 2 ** 31 - 1),
  },
  'rtsp.transport': {
    type: 'STRING',
    default: 'tcp',
    importance: 'LOW',
    doc: 'How RTSP brings pictures: tcp or udp.',
    validator: validators.oneOf('tcp', 'udp'),
  },
  'tls.ca.file': {
    type: 'STRING',
    default: '',
    importance: 'LOW',
    doc: 'PEM file of the authorities to trust for https. Empty: those of Node.',
  },
  'video.start': {
    type: 'LONG',
    default: null,
    importance: 'LOW',
    doc: "Capture time of a video file's first frame in ms since 1970. None: the time at which the file was changed last.",
  },
});

type Options = ReturnType<typeof config.parse>;

/**
 * Reads live cameras and video files as image events keyed by camera. A picture of a live camera comes at most once, since it cannot be
 * asked for again; the frames of a video file come exactly once.
 */
export const cameraSource = defineSource({
  className: 'headwater.CameraSource',
  aliases: ['CameraSource'],
  version: '0.1.0',
  config,
  exactlyOnce: ({ cameras }) => !hasLiveCamera(cameras ?? ''),
  connector: () =>
    dealOut({
      items: (properties) => parseCameras(config.parse(properties).cameras.reveal()),
      properties: (cameras) => ({ cameras: camerasText(cameras) }),
    }),
  task: () => new CameraTask(),
});

/** What is no list of cameras is complained about elsewhere. */
function hasLiveCamera(list: string): boolean {
  return camerasValidator(new Password(list)) === undefined && parseCameras(list).some(({ kind }) => kind !== 'video');
}

const POLL_MS = 500;
const LOG_EVERY_MS = 10_000;

class CameraTask implements SourceTask {
  #context!: SourceTaskContext;
  #options!: Options;
  #queue!: FrameQueue;
  #connector = '';
  readonly #stopping = new AbortController();
  #watches: readonly Promise<void>[] = [];
  #failure: Error | undefined;
  /** Dropped pictures by camera that the log has not told of yet. */
  readonly #untold = new Map<string, number>();
  #toldAt = -Infinity;

  async start(properties: Parameters<SourceTask['start']>[0], context: SourceTaskContext): Promise<void> {
    this.#context = context;
    context.signal.addEventListener('abort', () => this.#stopping.abort());
    this.#options = config.parse(properties);
    this.#connector = properties.name ?? '';
    this.#queue = new FrameQueue(this.#options['queue.frames']);
    const { cameras: list, username, password, 'tls.ca.file': caFile } = this.#options;
    const cameras = parseCameras(list.reveal()).map((camera) => withCredentials(camera, username, password?.reveal() ?? ''));
    if (cameras.some(({ kind }) => kind !== 'http')) await requireFfmpeg();
    const ca = caFile === '' ? undefined : await readFile(caFile, 'utf8');
    const feeds = await Promise.all(cameras.map((camera) => this.#feed(camera, ca)));
    this.#watches = cameras.map((camera, index) => this.#watch(camera, feeds[index]!));
  }

  async poll(): Promise<readonly NewSourceRecord[]> {
    await this.#queue.arrival(POLL_MS, this.#stopping.signal);
    if (this.#failure) throw this.#failure;
    const taken = this.#queue.take();
    for (const { camera, dropped } of taken) this.#count(camera, dropped);
    this.#tell();
    return taken.map(({ camera, dropped, frame: { place, attributes, ...frame } }) => ({
      topic: this.#options.topic,
      ...place,
      ...imageRecord({ camera, ...frame, attributes: { ...attributes, ...(dropped > 0 && { dropped: String(dropped) }) } }),
    }));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#watches);
  }

  async #feed(camera: CameraAddress, ca: string | undefined): Promise<Feed> {
    const { 'max.fps': maxFps, 'timeout.ms': timeoutMs, 'max.frame.bytes': maxFrameBytes } = this.#options;
    const options: FeedOptions = {
      maxFps,
      timeoutMs,
      maxFrameBytes,
      ca,
      rtspTransport: this.#options['rtsp.transport'],
      videoStart: this.#options['video.start'] ?? undefined,
      leftOut: () => this.#queue.leftOut(camera.id),
    };
    if (camera.kind === 'stream') return streamFeed(camera, options);
    if (camera.kind === 'http') {
      const stored = await this.#context.offsets.offset({ camera: camera.id });
      return httpFeed(camera, options, typeof stored?.sha256 === 'string' ? stored.sha256 : undefined);
    }
    const place = { camera: camera.id, video: camera.location, 'max.fps': maxFps };
    const stored = await this.#context.offsets.offset(place);
    return videoFeed(camera, options, place, Number(stored?.frame ?? 0));
  }

  async #watch(address: CameraAddress, feed: Feed): Promise<void> {
    const { signal } = this.#stopping;
    const { logger } = this.#context;
    try {
      await watchCamera({
        address,
        feed,
        signal,
        maxPauseMs: this.#options['retry.max.ms'],
        take: async (frame) => {
          if (address.kind === 'video') await this.#queue.room(address.id, signal);
          if (!signal.aborted) this.#queue.push(address.id, frame);
        },
        warn: (message) => logger.warn(`${this.#connector}: ${message}`),
        info: (message) => logger.info(`${this.#connector}: ${message}`),
      });
    } catch (thrown) {
      this.#failure = new Error(`camera ${address.id}: ${reasonOf(thrown)}`, { cause: thrown });
    }
  }

  #count(camera: string, dropped: number): void {
    if (dropped > 0) this.#untold.set(camera, (this.#untold.get(camera) ?? 0) + dropped);
  }

  /** Tells an operator now and then how many pictures were dropped. */
  #tell(): void {
    if (this.#untold.size === 0 || performance.now() - this.#toldAt < LOG_EVERY_MS) return;
    this.#toldAt = performance.now();
    for (const [camera, count] of this.#untold)
      this.#context.logger.warn(`${this.#connector}: camera ${camera}: ${count} pictures dropped`);
    this.#untold.clear();
  }
}
