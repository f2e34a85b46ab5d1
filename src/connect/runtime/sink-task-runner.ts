import { error, reasonOf } from '../../errors.js';
import type { Lease, Membership, Position } from '../../log/log.js';
import { partitionName, type LogRecord, type TopicPartition } from '../../record.js';
import { RetriableError, type SinkTask, type SinkTaskContext } from '../connector.js';
import type { SinkRecord } from '../data/record.js';
import { LeasePoller } from './lease-poller.js';
import { backoffMs } from './retry.js';
import { SinkOffsets } from './sink-offsets.js';
import type { TaskRunner, TaskSetup } from './task-runner.js';

export interface SinkSetup extends TaskSetup {
  /** Consumer group of the connector. */
  readonly group: string;
  /** The topics to read now; asked again from time to time, since `topics.regex` may match new ones. */
  readonly topics: () => Promise<readonly string[]>;
  readonly commitIntervalMs: number;
}

const REFRESH_MS = 1000;
const MAX_BACKOFF_MS = 60_000;

/** Runs a sink task with the life cycle of Connect's WorkerSinkTask. */
export class SinkTaskRunner implements TaskRunner {
  readonly #poller: LeasePoller;
  readonly #offsets = new SinkOffsets();
  readonly #memberships = new Map<string, Membership>();
  readonly #owned = new Map<string, { readonly partition: TopicPartition; readonly lease: Lease }>();
  /** Where the partitions ended when they were assigned. */
  readonly #ends = new Map<string, number>();
  readonly #origins = new WeakMap<SinkRecord, LogRecord>();
  #assigned: { partition: TopicPartition; lease: Lease }[] = [];
  #batch: readonly SinkRecord[] | undefined;
  #consumed: readonly Position[] = [];
  #attempt = 0;
  #retryAt = 0;
  #timeoutMs: number | undefined;
  #commitAt: number;
  #commitRequested = false;
  #refreshAt = 0;
  #paused = false;
  #groupFailure: { readonly reason: unknown } | undefined;

  constructor(
    private readonly task: SinkTask,
    private readonly setup: SinkSetup,
  ) {
    this.#poller = new LeasePoller(setup.clock);
    this.#commitAt = setup.clock.now() + setup.commitIntervalMs;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#poller.wake();
  }

  async run(): Promise<void> {
    await this.task.start(this.setup.properties, this.#context());
    try {
      await this.#work();
      await this.#closeAll();
    } finally {
      await Promise.all([...this.#memberships.values()].map((membership) => membership.leave()));
      await this.task.stop?.();
    }
  }

  async #work(): Promise<void> {
    const { signal, clock } = this.setup;
    let reported: boolean | undefined;
    try {
      while (!signal.aborted) {
        if (reported !== this.#paused) this.setup.stateChanged(this.#paused ? 'PAUSED' : 'RUNNING');
        reported = this.#paused;
        await this.#iteration(clock.now());
      }
    } catch (thrown) {
      await this.#closeAll().catch((second: unknown) => this.setup.logger.warn(`${this.#name} did not close: ${reasonOf(second)}`));
      throw thrown;
    }
  }

  async #iteration(now: number): Promise<void> {
    if (this.#groupFailure) throw this.#groupFailure.reason;
    if (now >= this.#refreshAt) await this.#subscribe(now);
    await this.#rebalanced();
    if (this.#commitRequested || now >= this.#commitAt) await this.#commit([...this.#owned.values()], false);
    if (this.#paused) {
      await this.setup.clock.sleep(100, this.setup.signal);
      return;
    }
    if (this.#batch) {
      await this.setup.clock.sleep(Math.min(this.#retryAt, this.#commitAt) - now, this.setup.signal);
      if (this.setup.clock.now() < this.#retryAt) return;
    } else {
      const until = Math.min(this.#commitAt, this.#refreshAt, this.#timeoutMs === undefined ? Infinity : now + this.#timeoutMs);
      await this.#take(await this.#poller.poll(Math.max(until - now, 0), this.setup.signal));
    }
    if (!this.setup.signal.aborted) await this.#deliver();
  }

  async #take(polled: readonly LogRecord[]): Promise<void> {
    const records = polled.filter((record) => this.#owned.has(partitionName(record)));
    const batch: SinkRecord[] = [];
    for (const origin of records) {
      const record = await this.setup.conversion.toSinkRecord(origin);
      this.setup.topicUsed(origin.topic);
      if (!record) continue;
      this.#origins.set(record, origin);
      batch.push(record);
    }
    this.#batch = batch;
    this.#consumed = records.map(({ topic, partition, offset }) => ({ topic, partition, offset: offset + 1 }));
  }

  async #deliver(): Promise<void> {
    try {
      await this.task.put(this.#batch ?? []);
    } catch (thrown) {
      if (!(thrown instanceof RetriableError)) throw thrown;
      // A task that says how long to wait has got something through, or knows its counterpart: the back-off begins anew.
      this.#attempt = this.#timeoutMs === undefined ? this.#attempt + 1 : 0;
      const wait = this.#timeoutMs ?? backoffMs(this.#attempt, MAX_BACKOFF_MS);
      this.#timeoutMs = undefined;
      this.#retryAt = this.setup.clock.now() + wait;
      this.setup.logger.warn(`${this.#name} will deliver ${this.#batch?.length ?? 0} records again in ${wait} ms: ${thrown.message}`);
      return;
    }
    this.#attempt = 0;
    this.#batch = undefined;
    this.#offsets.consumed(this.#consumed);
    this.#consumed = [];
  }

  async #subscribe(now: number): Promise<void> {
    this.#refreshAt = now + REFRESH_MS;
    const { log, group } = this.setup;
    const wanted = new Set(await this.setup.topics());
    if ([...wanted].every((topic) => this.#memberships.has(topic))) return;
    const existing = new Set((await log.topics()).map(({ name }) => name));
    for (const topic of wanted) {
      if (this.#memberships.has(topic) || !existing.has(topic)) continue;
      const membership = await log.join({
        group,
        topics: [topic],
        delivery: 'at-least-once',
        onAssigned: (lease) => {
          this.#assigned.push({ partition: { topic, partition: lease.partition }, lease });
          lease.signal.addEventListener('abort', () => this.#poller.wake());
          this.#poller.wake();
        },
        onError: (reason) => {
          this.#groupFailure = { reason };
          this.#poller.wake();
        },
      });
      this.#memberships.set(topic, membership);
    }
  }

  async #rebalanced(): Promise<void> {
    const lost = [...this.#owned.values()].filter(({ lease }) => lease.signal.aborted);
    for (const { partition } of lost) this.#forget(partition);
    if (lost.length > 0) {
      this.#batch = this.#batch?.filter((record) => this.#owned.has(originName(record)));
      this.#consumed = this.#consumed.filter((position) => this.#owned.has(partitionName(position)));
      await this.task.close?.(lost.map(({ partition }) => partition));
    }
    const gained = this.#assigned.splice(0).filter(({ lease }) => !lease.signal.aborted);
    if (gained.length === 0) return;
    const committed = await this.setup.log.committed(this.setup.group);
    for (const { partition, lease } of gained) {
      this.#owned.set(partitionName(partition), { partition, lease });
      this.#poller.add(partition, lease);
      const at = committed.find((position) => partitionName(position) === partitionName(partition) && position.offset >= 0);
      const bounds = (await this.setup.log.bounds(partition.topic)).find((each) => each.partition === partition.partition);
      this.#ends.set(partitionName(partition), bounds?.latest ?? Infinity);
      this.#offsets.assigned({ ...partition, offset: at?.offset ?? bounds?.earliest ?? 0 });
    }
    await this.task.open?.(gained.map(({ partition }) => partition));
  }

  /** preCommit, then (closing) close, then the commit itself. A failing preCommit goes back to the last commit. */
  async #commit(owned: readonly { partition: TopicPartition; lease: Lease }[], closing: boolean): Promise<void> {
    this.#commitRequested = false;
    this.#commitAt = this.setup.clock.now() + this.setup.commitIntervalMs;
    const partitions = owned.map(({ partition }) => partition);
    const current = this.#offsets.current(partitions);
    await this.setup.errors.settled();
    let offered: readonly Position[] = [];
    try {
      offered = await this.#preCommit(current);
    } catch (thrown) {
      this.setup.logger.error(`${this.#name} could not flush, going back to the last committed offsets: ${reasonOf(thrown)}`);
      this.#batch = undefined;
      this.#consumed = [];
      for (const position of this.#offsets.rewind(partitions)) this.#poller.seek(position);
    } finally {
      if (closing) await this.task.close?.(partitions);
    }
    const { due, refused } = this.#offsets.due(offered, partitions);
    for (const position of refused) {
      this.setup.logger.warn(
        `${this.#name} offered offset ${position.offset} of ${partitionName(position)}, which was not delivered to it; ignored`,
      );
    }
    for (const { partition, lease } of owned) {
      const offsets = due.filter((position) => partitionName(position) === partitionName(partition));
      if (offsets.length === 0 || lease.signal.aborted) continue;
      await lease.commit({ records: [], offsets });
      this.#offsets.committed(offsets);
    }
  }

  async #preCommit(current: readonly Position[]): Promise<readonly Position[]> {
    if (this.task.preCommit) return this.task.preCommit(current);
    await this.task.flush?.(current);
    return current;
  }

  async #closeAll(): Promise<void> {
    await this.#rebalanced();
    const owned = [...this.#owned.values()];
    if (owned.length > 0) await this.#commit(owned, true);
    for (const { partition } of owned) this.#forget(partition);
  }

  #forget(partition: TopicPartition): void {
    this.#owned.delete(partitionName(partition));
    this.#ends.delete(partitionName(partition));
    this.#poller.remove(partition);
    this.#offsets.forget(partition);
  }

  #context(): SinkTaskContext {
    return {
      properties: this.setup.properties,
      signal: this.setup.signal,
      sleep: (ms) => this.setup.clock.sleep(ms, this.setup.signal),
      logger: this.setup.logger,
      assignment: () => [...this.#owned.values()].map(({ partition }) => partition),
      offset: (positions) => {
        for (const position of positions) {
          this.#warnBeyondEnd(position);
          this.#offsets.moved(position);
          this.#poller.seek(position);
        }
      },
      timeout: (ms) => {
        this.#timeoutMs = ms;
      },
      pause: (partitions) => this.#poller.setPaused(partitions, true),
      resume: (partitions) => this.#poller.setPaused(partitions, false),
      requestCommit: () => {
        this.#commitRequested = true;
        this.#poller.wake();
      },
      reporter: {
        report: (record, reason) => {
          const origin = this.#origins.get(record);
          if (!origin) throw error('HW_CONNECT_DATA', { problem: 'report() takes the very record that put() was given' });
          return this.setup.errors.report({ stage: 'TASK_PUT', className: this.setup.taskClass, origin }, reason);
        },
      },
    };
  }

  /** What a sink keeps beside its data may be of another log than this one. */
  #warnBeyondEnd(position: Position): void {
    const end = this.#ends.get(partitionName(position)) ?? Infinity;
    if (position.offset <= end) return;
    this.setup.logger.warn(
      `${this.#name} reads ${partitionName(position)} from offset ${position.offset}, but the partition ends at ${end}: where the log was made anew, what comes before that offset is left out until the sink's own offsets are reset`,
    );
  }

  get #name(): string {
    return `${this.setup.connector}-${this.setup.id}`;
  }
}

function originName(record: SinkRecord): string {
  return partitionName({ topic: record.originalTopic, partition: record.originalPartition });
}
