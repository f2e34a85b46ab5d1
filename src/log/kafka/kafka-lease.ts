import { error, HeadwaterError } from '../../errors.js';
import { partitionName, type LogRecord } from '../../record.js';
import type { Appended, CommitBatch, FetchLimits, Lease, Position } from '../log.js';
import type { Committer } from './committers.js';
import type { Fetcher } from './fetcher.js';
import type { Flow } from './flow.js';
import { kafkaFailure } from './kafka-failure.js';
import { TransactionInDoubt } from './transaction.js';

export interface LeaseParts {
  readonly log: string;
  readonly group: string;
  readonly partition: number;
  readonly epoch: number;
  readonly flows: readonly Flow[];
  readonly fetcher: Fetcher;
  readonly committer: Committer;
  /** Called when a commit left the lease unusable: the member gives the partition a new one, which starts at what is committed. */
  readonly onBroken: () => void;
}

export class KafkaLease implements Lease {
  readonly partition: number;
  readonly epoch: number;
  readonly #parts: LeaseParts;
  readonly #lost = new AbortController();
  #commits: Promise<unknown> = Promise.resolve();

  constructor(parts: LeaseParts) {
    this.#parts = parts;
    this.partition = parts.partition;
    this.epoch = parts.epoch;
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  async fetch(limits: FetchLimits = {}): Promise<LogRecord[]> {
    this.#assertHeld();
    const records = await this.#parts.fetcher.next(this.#parts.flows, limits);
    this.#assertHeld();
    return records;
  }

  async atEnd(): Promise<boolean> {
    this.#assertHeld();
    return await this.#parts.fetcher.atEnd(this.#parts.flows);
  }

  seek(positions: readonly Position[]): void {
    this.#assertHeld();
    for (const [i, flow] of positions.map((position) => this.#flowOf(position)).entries())
      this.#parts.fetcher.seek(flow, positions[i]!.offset);
  }

  async commit(batch: CommitBatch): Promise<Appended[]> {
    const turn = this.#commits.then(() => this.#commit(batch));
    this.#commits = turn.catch(() => undefined);
    return await turn;
  }

  /** The partition is gone: whoever waits is woken, whoever calls is told. */
  lose(): void {
    if (this.signal.aborted) return;
    this.#lost.abort(this.#lostError());
    this.#parts.fetcher.remove(this.#parts.flows);
  }

  /** After the commit in work, if there is one, has ended. */
  async close(): Promise<void> {
    this.lose();
    await this.#commits;
    await this.#parts.committer.close().catch(() => undefined);
  }

  async #commit(batch: CommitBatch): Promise<Appended[]> {
    this.#assertHeld();
    const offsets = batch.offsets.map((position) => ({ ...position, offset: this.#flowOf(position).settled(position.offset) }));
    const { committer, log, onBroken } = this.#parts;
    try {
      return await committer.commit({ ...batch, offsets });
    } catch (reason) {
      if (reason instanceof TransactionInDoubt) {
        this.lose();
        onBroken();
        throw this.#lostError(reason);
      }
      if (reason instanceof HeadwaterError && reason.code === 'HW_LEASE_LOST') this.lose();
      throw kafkaFailure(log, reason, batch.records[0]?.topic);
    }
  }

  #flowOf(position: Position): Flow {
    const flow = this.#parts.flows.find(({ topic, partition }) => topic === position.topic && partition === position.partition);
    if (flow === undefined) throw error('HW_NOT_ASSIGNED', { partition: partitionName(position) });
    return flow;
  }

  #assertHeld(): void {
    if (this.signal.aborted) throw this.#lostError();
  }

  #lostError(cause?: unknown): HeadwaterError {
    return error('HW_LEASE_LOST', { partition: this.partition, group: this.#parts.group }, cause);
  }
}
