import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';

/** The crash job, or another fixture, in a process of its own. */
export class JobProcess {
  /** Epochs that it has committed, as far as is known. */
  epochs = 0;
  /** Whether it has worked off its inputs, or was asked to stop and has done so. */
  finished = false;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #news = new EventEmitter();

  /** See test/fixtures/crash-job.ts for `args`. */
  constructor(args: readonly string[], job = 'crash-job') {
    this.#child = fork(`dist/test/fixtures/${job}.js`, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (message: 'finished' | { readonly epochs: number }) => {
      if (message === 'finished') this.finished = true;
      else this.epochs = message.epochs;
      this.#news.emit('news');
    });
    this.exited = once(this.#child, 'exit').then(() => void this.#news.emit('news'));
  }

  /** Resolves when it has committed so many epochs, or has ended. */
  async committed(epochs: number): Promise<void> {
    while (this.epochs < epochs && !this.#ended) await once(this.#news, 'news');
  }

  kill(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#child.kill(signal);
  }

  /** Waits for its end. Throws where it ends before its work. */
  async succeed(): Promise<void> {
    await this.exited;
    if (!this.finished) throw new Error(`the job failed with exit code ${String(this.#child.exitCode)}`);
  }

  get #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}
