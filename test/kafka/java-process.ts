import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

const smallJvm = ['-Xms96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Djava.net.preferIPv4Stack=true'];

/** Runs a command, and ends it when the pipe to standard input closes: no server outlives the tests, however they end. */
const guarded = 'exec 3<&0; "$@" & child=$!; (cat <&3 > /dev/null; kill -9 $child) 2> /dev/null & wait $child';

/** A JVM in a process group of its own, its output in a file. */
export class JavaProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(
    args: readonly string[],
    readonly logFile: string,
  ) {
    const log = openSync(logFile, 'w');
    this.#child = spawn('sh', ['-c', guarded, 'sh', 'java', ...smallJvm, ...args], { stdio: ['pipe', log, log], detached: true });
    closeSync(log);
    running.add(this.#child);
    this.#ended = new Promise((resolve) =>
      this.#child.once('exit', () => {
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
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}
