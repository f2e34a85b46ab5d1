import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A server whose processor time and memory are read from the kernel (Linux); its output goes to a file. */
export class MeasuredProcess {
  readonly #child: ChildProcess;
  readonly #kill = (): void => void this.#child.kill('SIGKILL');

  constructor(program: string, args: readonly string[], logFile: string) {
    const log = openSync(logFile, 'w');
    this.#child = spawn(program, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    process.once('exit', this.#kill);
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The most memory that it ever had resident, in MiB. */
  get peakMiB(): number {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(this.#proc('status'))![1]) / 1024;
  }

  /** Processor time so far, in seconds. */
  get cpuSeconds(): number {
    const fields = this.#proc('stat').split(') ')[1]!.split(' ');
    const ticksPerSecond = 100;
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#kill);
    if (this.ended) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }

  #proc(file: string): string {
    return readFileSync(`/proc/${this.#child.pid!}/${file}`, 'utf8');
  }
}
