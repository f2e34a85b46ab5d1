import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../kafka/ports.js';
import { GuardedProcess } from './guarded-process.js';

// Debian's own Python sees its GStreamer packages.
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('rtsp_camera.py', import.meta.url));
const CHECK =
  "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, GstRtspServer; Gst.init(None); assert Gst.ElementFactory.find('rtpjpegpay')";

export const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
export const hasRtspServer = hasFfmpeg && spawnSync(PYTHON, ['-c', CHECK]).status === 0;
if (!hasFfmpeg) console.warn('SKIPPED: the camera source is not tested with ffmpeg, which is not here (Debian: apt-get install ffmpeg)');
else if (!hasRtspServer) {
  const packages = 'gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good';
  console.warn(`SKIPPED: the camera source is not tested with RTSP, there is no server here (Debian: apt-get install ${packages})`);
}

/** A camera that speaks RTSP (GStreamer's server) and shows the sample's frames over and over, 10 a second. */
export class RtspCamera {
  #process: GuardedProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** For the user `ann` with the password `s3cret`. */
  static async start(): Promise<RtspCamera> {
    const [port] = await freePorts(1);
    const camera = new RtspCamera(await mkdtemp(join(tmpdir(), 'headwater-rtsp-')), port!);
    await camera.restart();
    return camera;
  }

  url(credentials = 'ann:s3cret@'): string {
    return `rtsp://${credentials}127.0.0.1:${this.port}/cam`;
  }

  async restart(): Promise<void> {
    const frames = join(fileURLToPath(new URL('../../../topologies/sample/junction/frames', import.meta.url)), '%04d.jpg');
    const args = [SCRIPT, String(this.port), frames, '10', 'ann:s3cret'];
    this.#process = await GuardedProcess.start(PYTHON, args, { port: this.port, logFile: join(this.folder, 'log') });
  }

  async kill(): Promise<void> {
    await this.#process?.end('SIGKILL');
  }

  /** SIGSTOP: it says nothing more and keeps its connections. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.signal(signal);
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true });
  }
}
