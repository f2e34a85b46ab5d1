import { setImmediate as nextTurn } from 'node:timers/promises';

import { error, HeadwaterError, isError, reasonOf } from '../errors.js';
import type { BlobLoader } from '../image/blob-loader.js';
import type { CameraDirectory } from '../image/region.js';
import type { CommitBatch, FetchLimits, Lease, Log, Position } from '../log/log.js';
import type { Models } from '../loop/models.js';
import { partitionName, type LogRecord, type NewRecord, type StreamRecord } from '../record.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format } from '../serde/serde.js';
import type { Clock } from '../time/clock.js';
import { Bindings, Failures } from './bindings.js';
import { runEpoch, type Input } from './epoch.js';
import { Graph } from './graph.js';
import type { AppMetrics } from './metrics.js';
import { readOffsets, type FoundRecord, type WantedRecords } from './read-offsets.js';
import type { Store } from './store.js';
import type { TaskContext } from './task-context.js';
import { TaskState } from './task-state.js';
import type { Topology } from './topology.js';

/** What becomes of a record that fails: to the dead-letter topic and on, dropped and counted, or the app stops before it. */
export type ErrorPolicy = 'dead-letter' | 'skip' | 'stop';

/** What all tasks of an app share. */
export interface TaskEnvironment {
  readonly app: string;
  readonly topology: Topology;
  readonly log: Log;
  readonly registry: SchemaRegistry;
  readonly models: Models;
  readonly cameras: CameraDirectory;
  readonly blobs: BlobLoader;
  readonly clock: Clock;
  readonly metrics: AppMetrics;
  readonly onError: ErrorPolicy;
  readonly deadLetterTopic: string;
  readonly slice: Required<Pick<FetchLimits, 'records' | 'bytes'>>;
  readonly epochTimeoutMs: number;
}

/** How long a task waits for records before it looks up again, in milliseconds. */
const quiet = 500;
/** Longest pause between attempts to reach a log that fails, in milliseconds. */
const longestBackoff = 10_000;

/**
 * A topology on one partition number: fetches a slice, runs it as one epoch, commits outputs, changelog and offsets in one step, goes on. At most the
 * slice in work and the next one are held. A slice that fails as a whole is tried again, then narrowed by halves until the poison record is alone.
 */
export class Task implements TaskContext {
  readonly topology: string;
  readonly clock: Clock;
  readonly cameras: CameraDirectory;
  readonly blobs: BlobLoader;
  readonly #graph: Graph;
  readonly #bindings: Bindings;
  readonly #state: TaskState;
  readonly #failures = new Failures();
  readonly #stop = new AbortController();
  #idleMs = 0;
  #wakeAfter = Infinity;
  /** Records that are fetched and not committed yet. */
  #held = 0;

  constructor(
    private readonly env: TaskEnvironment,
    private readonly lease: Lease,
  ) {
    this.topology = env.topology.name;
    this.clock = env.clock;
    this.cameras = env.cameras;
    this.blobs = env.blobs;
    this.#graph = new Graph(env.topology, env.models, { onStep: ({ name }) => env.metrics.countStep(name) }, env.app);
    this.#bindings = new Bindings(this.#graph, env.registry);
    this.#state = new TaskState(env.app, lease.partition, env.registry);
    lease.signal.addEventListener('abort', () => this.#stop.abort(), { once: true });
  }

  get partition(): number {
    return this.lease.partition;
  }

  store<V>(name: string, format?: Format<V>): Store<V> {
    return this.#state.store(name, format);
  }

  get idleMs(): number {
    return this.#idleMs;
  }

  wakeAfter(ms: number): void {
    this.#wakeAfter = Math.min(this.#wakeAfter, ms);
  }

  countLate(operator: string): void {
    this.env.metrics.countLate(operator);
  }

  countSkipped(operator: string): void {
    this.env.metrics.countSkipped(operator);
  }

  countLabel(operator: string, outcome: string): void {
    this.env.metrics.countLabel(operator, outcome);
  }

  readOffsets<V>(format: Format<V>, wanted: WantedRecords): AsyncIterable<FoundRecord<V>> {
    return readOffsets(this.env.log, this.env.registry, format, wanted);
  }

  fail(record: StreamRecord, stage: string, reason: unknown): void {
    this.#fail(record.origin, stage, reason);
  }

  /** Ends the task after the epoch in work is committed. */
  stop(): void {
    this.#stop.abort();
  }

  /** Whether it holds records that are fetched and not committed yet. */
  get busy(): boolean {
    return this.#held > 0;
  }

  /** Whether all that is committed in the inputs has been worked off. */
  async idle(): Promise<boolean> {
    if (this.lease.signal.aborted || !(await this.lease.atEnd())) return false;
    await nextTurn(); // what a fetch took at this moment is counted by then
    return !this.busy;
  }

  /** Works until `stop` or until the lease is lost. Rejects with what no retry can mend. */
  async run(): Promise<void> {
    await this.#discoverStores();
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      try {
        if (attempt > 0) await this.#rewind();
        await this.#state.restore(this.env.log, this.#stop.signal);
        for await (const slice of this.#slices()) {
          await this.#work(slice);
          attempt = 0;
        }
      } catch (reason) {
        if (this.lease.signal.aborted || isError(reason, 'HW_LEASE_LOST')) return;
        if (isFatal(reason)) throw reason;
        this.env.metrics.retries += 1;
        await this.clock.sleep(Math.min(100 * 2 ** attempt, longestBackoff), this.#stop.signal);
      }
    }
  }

  /** Slices as they come; the next one is fetched while the last one is in work. An empty one where an operator wants to know that time passes. */
  async *#slices(): AsyncGenerator<LogRecord[]> {
    const leaving = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, leaving.signal]);
    const fetch = (): Promise<LogRecord[]> => {
      const next = this.lease.fetch({ ...this.env.slice, waitMs: quiet, signal }).then((slice) => {
        this.#held += slice.length;
        return slice;
      });
      next.catch(() => undefined); // it is awaited below; until then it must not count as unhandled
      return next;
    };
    let next = fetch();
    let arrived = this.clock.now();
    try {
      for (;;) {
        const slice = await next;
        if (signal.aborted) return;
        next = fetch();
        const came = slice.length > 0;
        if (came) arrived = this.clock.now();
        this.#idleMs = came ? 0 : this.clock.now() - arrived;
        if (came || this.#idleMs >= this.#wakeAfter) yield slice;
      }
    } finally {
      leaving.abort();
      await next.catch(() => undefined); // a seek must not overtake it
    }
  }

  /** Commits `slice` as one epoch, or, where it fails twice, half by half. */
  async #work(slice: readonly LogRecord[]): Promise<void> {
    const began = this.clock.now();
    const epoch = await this.#attempt(slice).catch((reason: unknown) => this.#again(slice, reason));
    if (epoch) {
      await this.#commit(slice, epoch);
      this.env.metrics.epochTime.record(this.clock.now() - began);
      return;
    }
    const middle = slice.length >> 1;
    await this.#work(slice.slice(0, middle));
    await this.#work(slice.slice(middle));
  }

  /** A second attempt; of a record that fails alone, its failure; `undefined` where the slice has to be narrowed. */
  async #again(slice: readonly LogRecord[], first: unknown): Promise<NewRecord[] | undefined> {
    if (isFatal(first) || isUnavailable(first)) throw first;
    this.env.metrics.retries += 1;
    try {
      return await this.#attempt(slice);
    } catch (reason) {
      if (isFatal(reason) || isUnavailable(reason)) throw reason;
      if (slice.length === 0) throw reason;
      if (slice.length > 1) return undefined;
      this.#discard();
      this.#fail(slice[0]!, 'TOPOLOGY', reason);
      return [];
    }
  }

  /** Runs the topology on a slice and encodes what comes out; nothing is committed yet. */
  async #attempt(slice: readonly LogRecord[]): Promise<NewRecord[]> {
    this.#discard();
    this.#wakeAfter = Infinity;
    const { metrics, onError } = this.env;
    const inputs: Input[] = [];
    for (const record of slice) {
      const source = this.#graph.sources.get(record.topic)!;
      try {
        const decoded = this.#bindings.decode(source, record);
        inputs.push({ source, record: decoded instanceof Promise ? await decoded : decoded });
      } catch (reason) {
        if (reason instanceof HeadwaterError && reason.code !== 'HW_SERDE') throw new Unavailable(reason);
        this.#fail(record, 'DESERIALIZE', reason);
      }
    }
    const outputs = await this.#withinTime((signal) => runEpoch(this.#graph, this, inputs, signal));
    const records: NewRecord[] = [];
    for (const output of outputs) {
      try {
        const encoded = this.#bindings.encode(output);
        records.push(encoded instanceof Promise ? await encoded : encoded);
      } catch (reason) {
        this.#fail(output.record.origin, 'SERIALIZE', reason);
      }
    }
    const poison = this.#failures.first;
    if (poison && onError === 'stop') {
      throw error(
        'HW_POISON_RECORD',
        { topology: this.topology, record: named(poison.record), reason: reasonOf(poison.reason) },
        poison.reason,
      );
    }
    metrics.epochSize = slice.length;
    return records;
  }

  /** Aborts `work` when the lease is lost or when it takes longer than an epoch may. */
  async #withinTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, epochTimeoutMs: ms } = this.env;
    const done = new AbortController();
    const epoch = new AbortController();
    const onLost = (): void => epoch.abort(this.lease.signal.reason);
    this.lease.signal.addEventListener('abort', onLost, { once: true });
    void clock.sleep(ms, done.signal).then(() => epoch.abort(error('HW_EPOCH_TIMEOUT', { topology: this.topology, ms })));
    return work(epoch.signal).finally(() => {
      this.lease.signal.removeEventListener('abort', onLost);
      done.abort();
    });
  }

  async #commit(slice: readonly LogRecord[], outputs: readonly NewRecord[]): Promise<void> {
    const { metrics, deadLetterTopic, onError } = this.env;
    const changes = this.#state.changes();
    const deadLetters = onError === 'dead-letter' ? this.#failures.deadLetters(deadLetterTopic) : [];
    const batch: CommitBatch = { records: [...outputs, ...deadLetters, ...this.#state.changelog(changes)], offsets: after(slice) };
    if (batch.records.length > 0 || slice.length > 0) await this.lease.commit(batch);
    this.#state.commit(changes);
    this.#held -= slice.length;

    metrics.epochs += 1;
    metrics.deadLettered += this.#failures.size;
    const now = this.clock.now();
    for (const { topic, value } of outputs) metrics.countOut(topic, value?.length ?? 0);
    for (const { topic, timestamp, value } of slice) {
      metrics.countIn(topic, value?.length ?? 0);
      metrics.latency.record(now - timestamp);
    }
  }

  /** Subscribing once with nothing to do tells which stores there are. */
  async #discoverStores(): Promise<void> {
    await runEpoch(this.#graph, this, []);
    this.#discard();
  }

  /** Back to what is committed: the outcome of a commit that failed may be unknown. */
  async #rewind(): Promise<void> {
    this.#discard();
    const committed = await this.env.log.committed(this.env.app);
    const own = committed.filter(({ topic, partition }) => partition === this.partition && this.#graph.sources.has(topic));
    const start = [...this.#graph.sources.keys()].map((topic) => ({ topic, partition: this.partition, offset: 0 }));
    this.lease.seek([...start.filter(({ topic }) => !own.some((position) => position.topic === topic)), ...own]);
    this.#held = 0;
  }

  #fail(record: LogRecord, stage: string, reason: unknown): void {
    this.#failures.add({ record, name: this.env.app, task: this.partition, stage, reason });
  }

  #discard(): void {
    this.#state.rollback();
    this.#failures.clear();
  }
}

/** Something that the app needs does not answer: no record's fault. */
class Unavailable extends Error {
  constructor(reason: Error) {
    super(reason.message, { cause: reason });
  }
}

function isUnavailable(reason: unknown): boolean {
  return reason instanceof Unavailable || isError(reason, 'HW_BLOB_AWAY');
}

/** Errors that trying again cannot mend: the definition, the policy `stop`, a state that does not decode. */
function isFatal(reason: unknown): boolean {
  const codes: readonly string[] = ['HW_TOPOLOGY_INVALID', 'HW_OUTSIDE_TASK', 'HW_POISON_RECORD', 'HW_STATE_BROKEN'];
  return reason instanceof HeadwaterError && codes.includes(reason.code);
}

/** The offsets after a slice, per topic. */
function after(slice: readonly LogRecord[]): Position[] {
  const next = new Map<string, Position>();
  for (const { topic, partition, offset } of slice) next.set(partitionName({ topic, partition }), { topic, partition, offset: offset + 1 });
  return [...next.values()];
}

function named(record: LogRecord): string {
  return `${partitionName(record)}@${record.offset}`;
}
