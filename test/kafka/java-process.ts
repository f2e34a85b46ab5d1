import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

const smallJvm = ['-Xms96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Djava.net.preferIPv4Stack=true'];

/** A JVM in a process group of its own, its output in a file. */
export class JavaProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(
    args: readonly string[],
    readonly logFile: string,
  ) {
    const log = openSync(logFile, 'w');
    this.#child = spawn('java', [...smallJvm, ...args], { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    running.add(this.#child);
    this.#ended = new Promise((resolve) =>
      this.#child.once('close', () => {
        resolve();
      }),
    );
    void this.#ended.then(() => running.delete(this.#child));
  }

  /** Resolves once `isReady` of the output so far holds; fails when the process ends before, or after a minute. */
  async ready(isReady: (log: string) => boolean | Promise<boolean>): Promise<this> {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline) {
      const log = await readFile(this.logFile, 'utf8');
      if (await isReady(log)) return this;
      if (!running.has(this.#child)) throw new Error(`the server ended before it was ready:\n${log.slice(-3000)}`);
      await sleep(50);
    }
    throw new Error(`the server was not ready in 60 s, see ${this.logFile}`);
  }

  /** Sends `signal` to the group and waits for its end; SIGKILL after 20 s. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    signalGroup(this.#child, signal);
    const late = setTimeout(() => {
      signalGroup(this.#child, 'SIGKILL');
    }, 20_000);
    await this.#ended;
    clearTimeout(late);
  }

  /** Stops the process without its noticing, as a machine that hangs. */
  freeze(): void {
    signalGroup(this.#child, 'SIGSTOP');
  }

  thaw(): void {
    signalGroup(this.#child, 'SIGCONT');
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}
