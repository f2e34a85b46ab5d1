import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { CameraAddress } from './camera-address.js';
import type { Feed, FeedOptions } from './feed.js';
import { startFfmpeg } from './ffmpeg.js';
import { pictureType } from './frame.js';
import { MultipartReader, type Part } from './multipart-reader.js';
import { Pace } from './pace.js';
import { Watchdog } from './watchdog.js';

const BOUNDARY = 'headwater';
const NETWORK = 'rtsp,rtsps,rtp,srtp,rtmp,rtmps,srt,udp,tcp,tls,http,https,crypto';
/** Decoders refuse larger pictures than this many pixels. */
const MAX_PIXELS = 64_000_000;
/** Times are floats in ffmpeg's expressions: a picture that is early by less is on time. */
const TOLERANCE_S = 0.001;

/** The feed of a live stream that ffmpeg reads: RTSP, RTMP, SRT. Captured at is the time at which a picture came out of ffmpeg. */
export function streamFeed({ id, location }: CameraAddress, options: FeedOptions): Feed {
  const rtsp = location.startsWith('rtsp') ? ['-rtsp_transport', options.rtspTransport, '-timeout', String(options.timeoutMs * 1000)] : [];
  const input = [...rtsp, '-protocol_whitelist', NETWORK, ...decoding, '-i', location];
  const output = ['-map', '0:v:0', '-vf', rateCap(options.maxFps), ...encoding, '-f', 'mpjpeg', '-boundary_tag', BOUNDARY, 'pipe:1'];
  // ffmpeg keeps what it looks at before it begins, and gives it all at once.
  const pace = new Pace(options.maxFps);
  let frame = 0;
  return async function* (signal) {
    const watchdog = new Watchdog(options.timeoutMs, signal);
    const ffmpeg = startFfmpeg([...input, ...output], watchdog.signal);
    ffmpeg.times.resume();
    try {
      for await (const { body } of parts(ffmpeg.output, options)) {
        watchdog.restart();
        if (!pace.keeps(performance.now())) continue;
        const place = { sourcePartition: { camera: id }, sourceOffset: { frame: ++frame } };
        yield { bytes: body, encoding: 'image/jpeg', capturedAt: Date.now(), attributes: { source: 'stream' }, place };
      }
      await ffmpeg.ended();
      throw new Error('the stream ended');
    } catch (thrown) {
      throw watchdog.reason(thrown);
    } finally {
      watchdog.stop();
      await ffmpeg.kill();
    }
  };
}

/**
 * The feed of a video file that ffmpeg reads, from frame number `from` (of those that the rate cap keeps) to its end. Captured at is the
 * time in the video behind `videoStart`, so that reading again gives the same records.
 */
export function videoFeed({ location }: CameraAddress, options: FeedOptions, place: Record<string, unknown>, from: number): Feed {
  const tee = `[f=framecrc:flush_packets=1]pipe:3|[f=mpjpeg:boundary_tag=${BOUNDARY}:flush_packets=1]pipe:1`;
  let next = from;
  return async function* (signal) {
    const start = options.videoStart ?? Math.trunc((await stat(location)).mtimeMs);
    const watchdog = new Watchdog(options.timeoutMs, signal);
    const filter = `${rateCap(options.maxFps)},select='gte(n,${next})'`;
    const input = ['-protocol_whitelist', 'file,crypto', ...decoding, '-i', `file:${location}`];
    const ffmpeg = startFfmpeg([...input, '-map', '0:v:0', '-vf', filter, ...encoding, '-f', 'tee', tee], watchdog.signal);
    const times = timesOf(ffmpeg.times);
    try {
      for await (const { body } of parts(ffmpeg.output, options)) {
        const time = await times.next();
        if (time.done) throw new Error('ffmpeg did not say when a picture was');
        // The frame waits for room on its way: that is not the file's fault.
        watchdog.pause();
        const frame = next++;
        yield {
          bytes: body,
          encoding: 'image/jpeg',
          capturedAt: start + Math.round(time.value),
          attributes: { source: 'video', frame: String(frame) },
          place: { sourcePartition: place, sourceOffset: { frame: next } },
        };
        watchdog.restart();
      }
      await ffmpeg.ended();
    } catch (thrown) {
      throw watchdog.reason(thrown);
    } finally {
      watchdog.stop();
      await ffmpeg.kill();
    }
  };
}

const decoding = ['-threads', '1', '-max_pixels', String(MAX_PIXELS)];
const encoding = ['-an', '-fps_mode', 'passthrough', '-c:v', 'mjpeg', '-q:v', '3', '-flush_packets', '1'];

/** A filter that leaves out what comes sooner after the last kept frame; a clock of the camera that jumps is no reason to wait for it. */
function rateCap(maxFps: number): string {
  return `select='isnan(prev_selected_t)+gte(abs(t-prev_selected_t),${1 / maxFps - TOLERANCE_S})'`;
}

/** Whole pictures; throws where there is anything else, since ffmpeg makes them. */
async function* parts(output: Readable, { maxFrameBytes }: FeedOptions): AsyncGenerator<Part, void> {
  const reader = new MultipartReader({ boundary: BOUNDARY, maxPartBytes: maxFrameBytes });
  for await (const chunk of output as AsyncIterable<Buffer>) {
    for (const part of reader.push(chunk)) {
      if (!pictureType(part.body)) throw new Error('ffmpeg wrote something that is no whole picture');
      yield part;
    }
  }
}

/** The times of ffmpeg's frames in milliseconds, from the lines of its muxer framecrc: `stream, dts, pts, duration, size, crc`. */
async function* timesOf(lines: Readable): AsyncGenerator<number, void> {
  let unitMs = 0;
  let rest = '';
  for await (const text of lines.setEncoding('utf8') as AsyncIterable<string>) {
    const whole = (rest + text).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) {
      const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)/.exec(line) ?? [];
      if (denominator !== undefined) unitMs = (1000 * Number(numerator)) / Number(denominator);
      if (!line.startsWith('#')) yield Number(line.split(',')[2]) * unitMs;
    }
  }
}
