import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { until } from '../../connect/until.js';
import { CameraSite } from '../../connectors/camera-site.js';
import { freePorts } from '../../kafka/ports.js';
import { hasFfmpeg, hasRtspServer, RtspCamera } from './rtsp-camera.js';

const FRAMES = 199;
const START = 1_700_000_000_000;
const sites: CameraSite[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});

async function open(properties: Record<string, string>): Promise<CameraSite> {
  const site = await CameraSite.open({ 'retry.max.ms': '200', 'max.fps': '100', ...properties });
  sites.push(site);
  return site;
}

/** Process ids of this test's ffmpegs. */
function ffmpegs(): string {
  return spawnSync('pgrep', ['-P', String(process.pid), '-x', 'ffmpeg'], { encoding: 'utf8' }).stdout.trim();
}

describe.skipIf(!hasFfmpeg)('a video file as a camera', () => {
  let folder: string;
  let video: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-video-'));
    video = join(folder, 'junction.mp4');
    const frames = join(fileURLToPath(new URL('../../../topologies/sample/junction/frames', import.meta.url)), '%04d.jpg');
    execFileSync('ffmpeg', ['-loglevel', 'error', '-framerate', '10', '-i', frames, '-c:v', 'libx264', video]);
    await utimes(video, START / 1000, START / 1000);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const facts = async (site: CameraSite) =>
    (await site.events()).map(({ capturedAt, attributes, bytes }) => ({
      capturedAt,
      attributes,
      bytes: Buffer.from(bytes!).toString('base64'),
    }));

  it('gives every frame once, in order, with the times of the video', async () => {
    const site = await open({ cameras: `yard=${video}` });
    await until(async () => (await site.events()).length >= FRAMES, 60_000);
    await until(() => site.lines.some((line) => line.includes('has no more pictures')));
    const events = await site.events();
    expect(events.map(({ capturedAt }) => capturedAt)).toEqual(Array.from({ length: FRAMES }, (_, i) => START + i * 100));
    expect(events.map(({ attributes }) => attributes)).toEqual(events.map((_, i) => ({ source: 'video', frame: String(i) })));
    expect(events[0]).toMatchObject({ camera: 'yard', encoding: 'image/jpeg' });
    expect(await sharp(events[100]!.bytes!).metadata()).toMatchObject({ width: 512, height: 384 });
    expect(ffmpegs()).toBe('');
  });

  it('gives the same records, each once, however often the worker stops, is paused and starts again', async () => {
    const calm = await open({ cameras: `yard=${video}`, 'video.start': '5000' });
    await until(async () => (await calm.events()).length >= FRAMES, 60_000);
    const site = await open({ cameras: `yard=${video}`, 'video.start': '5000' });
    for (const wanted of [20, 60, 61, 130]) {
      await until(async () => (await site.events()).length >= wanted, 60_000);
      if (wanted === 60) {
        await site.worker.herder.pause('site');
        await pause(1000);
        await site.worker.herder.resume('site');
      }
      await site.stop();
      expect((await site.events()).length).toBeLessThan(FRAMES);
      await site.start();
    }
    await until(async () => (await site.events()).length >= FRAMES, 60_000);
    await site.stop();
    site.lines.length = 0;
    await site.start();
    await until(() => site.lines.some((line) => line.includes('has no more pictures')), 30_000);
    expect(await facts(site)).toEqual(await facts(calm));
  });

  it('is thinned out by its own time', async () => {
    const site = await open({ cameras: `yard=${video}`, 'max.fps': '2.5' });
    await until(() => site.lines.some((line) => line.includes('has no more pictures')), 60_000);
    await until(async () => (await site.events()).length >= 50);
    expect((await site.events()).map(({ capturedAt }) => capturedAt - START)).toEqual(Array.from({ length: 50 }, (_, i) => i * 400));
  });

  it('is waited for where it is not there yet, or is no video', async () => {
    const late = join(folder, 'late.mp4');
    const site = await open({ cameras: `yard=${late}`, 'max.fps': '1' });
    await until(() => site.lines.some((line) => line.includes('camera yard') && line.includes('ENOENT')));
    await writeFile(late, 'no video');
    await pause(1000);
    execFileSync('ffmpeg', ['-loglevel', 'error', '-i', video, '-t', '3', '-c', 'copy', `${late}.part.mp4`]);
    await rename(`${late}.part.mp4`, late);
    await until(async () => (await site.events()).length >= 3, 30_000);
    expect(site.states()).toEqual(['RUNNING']);
  });

  it('is read as an MJPEG stream too, where ffmpeg serves it as one, again and again', async () => {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}/`;
    const site = await open({ cameras: `yard=${url}`, 'queue.frames': '200', 'max.fps': '1000' });
    // It answers one client, with the whole video, and ends.
    const served = ['-loglevel', 'error', '-readrate', '10', '-i', video, '-c:v', 'mjpeg', '-f', 'mpjpeg', '-boundary_tag', 'cut'];
    for (const times of [1, 2]) {
      const type = ['-content_type', 'multipart/x-mixed-replace;boundary=cut', '-listen', '1', url];
      const server = spawn('ffmpeg', [...served, ...type], { stdio: 'inherit' });
      await once(server, 'exit');
      await until(async () => (await site.events()).length >= times * FRAMES, 30_000);
    }
    const events = await site.events();
    expect(events).toHaveLength(2 * FRAMES);
    expect(await sharp(events[300]!.bytes!).metadata()).toMatchObject({ width: 512, height: 384 });
  });

  it('needs ffmpeg, and says so', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const site = await open({ cameras: `yard=${video}` });
    await until(() => site.states()[0] === 'FAILED', 30_000);
    vi.unstubAllEnvs();
    expect(site.worker.herder.taskStatus('site', 0).trace).toContain('install ffmpeg 5.1 or later');
  });
});

describe.skipIf(!hasRtspServer)('a camera that speaks RTSP', () => {
  let camera: RtspCamera;
  beforeAll(async () => {
    camera = await RtspCamera.start();
  });
  afterAll(() => camera.remove());

  const more = async (site: CameraSite, count = 3): Promise<void> => {
    const before = (await site.events()).length;
    await until(async () => (await site.events()).length >= before + count, 60_000);
  };

  it.each(['tcp', 'udp'])('gives pictures over %s, thinned out to max.fps', async (transport) => {
    const site = await open({ cameras: `yard=${camera.url()}`, 'rtsp.transport': transport, 'max.fps': '5' });
    await more(site, 25);
    const events = await site.events();
    const seconds = (events.at(-1)!.capturedAt - events[0]!.capturedAt) / 1000;
    expect((events.length - 3) / seconds).toBeLessThan(5.2);
    expect(events.at(-1)).toMatchObject({ camera: 'yard', encoding: 'image/jpeg', attributes: { source: 'stream' } });
    expect(Math.abs(Date.now() - events.at(-1)!.capturedAt)).toBeLessThan(5000);
    expect(await sharp(events.at(-1)!.bytes!).metadata()).toMatchObject({ width: 512, height: 384 });
    await site.stop();
    expect(ffmpegs()).toBe('');
  });

  it('is connected again when it was killed, and when it fell silent', async () => {
    const site = await open({ cameras: `yard=${camera.url()}`, 'timeout.ms': '8000' });
    await more(site);
    await camera.kill();
    await until(() => site.lines.some((line) => line.includes('is away')), 30_000);
    await camera.restart();
    await more(site);
    await until(() => site.lines.some((line) => line.includes('is back')), 30_000);
    camera.signal('SIGSTOP');
    await pause(10_500); // The log tells of a failure every ten seconds at most.
    await until(() => site.lines.filter((line) => line.includes('is away')).length > 1, 30_000);
    camera.signal('SIGCONT');
    await more(site);
    expect(site.states()).toEqual(['RUNNING']);
  });

  it('shows no secret when it refuses', async () => {
    const site = await open({ cameras: `yard=${camera.url('ann:wr0ng@')}` });
    await until(() => site.lines.some((line) => line.includes('401 Unauthorized')), 30_000);
    expect(site.lines.join('\n')).not.toMatch(/wr0ng|ann:/);
  });

  it('takes the user name of the configuration', async () => {
    const site = await open({ cameras: `yard=${camera.url('')}`, username: 'ann', password: 's3cret' });
    await more(site);
  });
});
