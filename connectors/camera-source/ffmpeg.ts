import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

const INSTALL = 'install ffmpeg 5.1 or later (Debian, Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg), then restart the task';
const STDERR_CHARACTERS = 500;

/** Throws a sentence about what to install where there is no ffmpeg on the PATH, or one that is too old. */
export async function requireFfmpeg(): Promise<void> {
  let text: string;
  try {
    ({ stdout: text } = await promisify(execFile)('ffmpeg', ['-version']));
  } catch (cause) {
    throw new Error(`RTSP cameras and video files need the program ffmpeg: ${INSTALL}`, { cause });
  }
  const [, major, minor] = /^ffmpeg version n?(\d+)\.(\d+)/.exec(text) ?? [];
  if (Number(major) * 1000 + Number(minor) < 5001) throw new Error(`ffmpeg ${major}.${minor} is too old: ${INSTALL}`);
}

/** An ffmpeg on its way, which writes to its standard output and to descriptor 3. */
export interface Ffmpeg {
  readonly output: Readable;
  readonly times: Readable;
  /** Resolves when it has ended well; throws what it said last where not. */
  ended(): Promise<void>;
  /** Kills it, where it still runs, and waits for its end. */
  kill(): Promise<void>;
}

/** Starts ffmpeg; it is killed when the signal aborts. */
export function startFfmpeg(args: readonly string[], signal: AbortSignal): Ffmpeg {
  const child = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', ...args], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const output = child.stdout!;
  const times = child.stdio[3] as Readable;
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-STDERR_CHARACTERS);
  });
  let failure: Error | undefined;
  child.on('error', (thrown) => {
    failure = thrown;
  });
  const closed = once(child, 'close').catch(() => undefined);
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  return {
    output,
    times,
    async ended() {
      await closed;
      if (failure) throw failure;
      if (child.exitCode !== 0) throw new Error(`ffmpeg ended with ${child.exitCode ?? child.signalCode}: ${said.trim()}`);
    },
    async kill() {
      signal.removeEventListener('abort', kill);
      kill();
      output.destroy();
      times.destroy();
      await closed;
    },
  };
}
