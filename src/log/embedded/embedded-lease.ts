import type { LogRecord } from '../../record.js';
import { error } from '../../errors.js';
import type { Appended, CommitBatch, FetchLimits, Lease, Position } from '../log.js';
import type { MergedFetch } from './merged-fetch.js';

/** Writes a commit of a lease; `guard` throws when the lease is lost by the time that the write begins. */
export type WriteCommit = (batch: CommitBatch, guard: () => void) => Promise<Appended[]>;

/** A lease that its group revokes. */
export class EmbeddedLease implements Lease {
  readonly #lost = new AbortController();
  #writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly group: string,
    readonly partition: number,
    readonly epoch: number,
    private readonly source: MergedFetch,
    private readonly write: WriteCommit,
  ) {}

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  async fetch(limits: FetchLimits = {}): Promise<LogRecord[]> {
    this.#check();
    const records = await this.source.fetch(limits, limits.signal ? [this.signal, limits.signal] : [this.signal]);
    this.#check();
    return records;
  }

  async atEnd(): Promise<boolean> {
    this.#check();
    return Promise.resolve(this.source.atEnd());
  }

  seek(positions: readonly Position[]): void {
    this.#check();
    this.source.seek(positions);
  }

  async commit(batch: CommitBatch): Promise<Appended[]> {
    this.#check();
    this.source.check(batch.offsets);
    const written = this.write(batch, () => this.#check());
    this.#writing = written.catch(() => undefined);
    return written;
  }

  /** Ends the lease; resolves when no commit of it is under way any more. */
  async revoke(): Promise<void> {
    this.#lost.abort();
    await this.#writing;
  }

  #check(): void {
    if (this.#lost.signal.aborted) throw error('HW_LEASE_LOST', { partition: this.partition, group: this.group });
  }
}
