import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A server of a test: its output in a file, killed when the test's process ends. */
export class GuardedProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly ended: Promise<unknown>,
  ) {}

  /** Starts a server and waits until something answers on its port. */
  static async start(program: string, args: readonly string[], { port, logFile, env }: ServerOptions): Promise<GuardedProcess> {
    const log = openSync(logFile, 'a');
    const child = spawn(program, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env } });
    closeSync(log);
    running.add(child);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    void ended.then(() => running.delete(child));
    for (let tries = 0; !(await answers(port)); tries++) {
      if (tries > 600 || child.exitCode !== null) throw new Error(`${program} does not answer on port ${port}, see ${logFile}`);
      await sleep(50);
    }
    return new GuardedProcess(child, ended);
  }

  /** Sends a signal; resolves when the process has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }

  /** SIGSTOP halts it where it is, SIGCONT lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }
}

interface ServerOptions {
  readonly port: number;
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
