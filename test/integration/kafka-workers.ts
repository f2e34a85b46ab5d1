import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** Processes of a script of `dist/test/fixtures`, called with `words` and the name of each; they are killed when the test has finished. */
export class Workers {
  readonly #processes: ReadonlyMap<string, ChildProcess>;

  constructor(script: string, words: readonly string[], names: readonly string[]) {
    this.#processes = new Map(names.map((name) => [name, fork(`dist/test/fixtures/${script}`, [...words, name])]));
    onTestFinished(async () => {
      await Promise.all(names.map((name) => this.kill(name)));
    });
  }

  /** Resolves when the process is gone. */
  async kill(name: string): Promise<void> {
    const process = this.#processes.get(name)!;
    if (process.exitCode !== null || process.signalCode !== null) return;
    process.kill('SIGKILL');
    await once(process, 'exit');
  }
}
