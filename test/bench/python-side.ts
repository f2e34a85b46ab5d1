import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { home } from './scoring-job.js';

/** The Python side of a bench: one process for all runs, so that its start and imports do not count. It answers each line with one line of JSON. */
export class PythonSide<A extends object> {
  private constructor(
    private readonly child: ChildProcess,
    private readonly answers: AsyncIterator<string>,
    private readonly folder: string,
  ) {}

  /** Starts `test/bench/<script>` with a folder, which `fill` writes its input into, and `words`; resolves once it says that it is ready. */
  static async start<A extends object>(
    python: string,
    script: string,
    words: readonly (string | number)[],
    fill: (folder: string) => void,
  ): Promise<PythonSide<A>> {
    const folder = mkdtempSync(path.join(tmpdir(), 'headwater-bench-'));
    fill(folder);
    const child = spawn(python, [path.join(home, 'test/bench', script), folder, ...words.map(String)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const side = new PythonSide<A>(child, createInterface(child.stdout)[Symbol.asyncIterator](), folder);
    await side.#answer();
    return side;
  }

  ask(command: string): Promise<A> {
    this.child.stdin!.write(`${command}\n`);
    return this.#answer();
  }

  /** The operating system's priority of the process and of those that it starts. */
  setPriority(priority: number): void {
    setPriority(this.child.pid!, priority);
  }

  async close(): Promise<void> {
    this.child.stdin!.end();
    if (this.child.exitCode === null) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true });
  }

  async #answer(): Promise<A> {
    const line = await this.answers.next();
    if (line.done) throw new Error('the Python side ended; its error stands above');
    return JSON.parse(line.value) as A;
  }
}
