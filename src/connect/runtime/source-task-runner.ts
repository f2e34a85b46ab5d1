import { isError, reasonOf } from '../../errors.js';
import type { Appended } from '../../log/log.js';
import type { NewRecord } from '../../record.js';
import { RetriableError, type SourceTask, type SourceTaskContext } from '../connector.js';
import { sourceRecord, type NewSourceRecord, type SourceMap } from '../data/record.js';
import { backoffMs } from './retry.js';
import type { TaskRunner, TaskSetup } from './task-runner.js';

export interface SourceSetup extends TaskSetup {
  /** The offset that a source partition was committed at. */
  readonly readOffset: (partition: SourceMap) => Promise<SourceMap | null>;
  /** Records and source offsets in one atomic step; gives the places of the records. */
  readonly commit: (records: readonly NewRecord[], offsets: readonly SourceOffset[]) => Promise<readonly Appended[]>;
  readonly boundary: 'poll' | 'interval' | 'connector';
  readonly intervalMs: number;
  /** Partitions of a topic that does not exist yet. */
  readonly newTopicPartitions: number;
}

type Boundary = 'commit' | 'abort';

export interface SourceOffset {
  readonly partition: SourceMap;
  readonly offset: SourceMap;
}

const MAX_BACKOFF_MS = 60_000;
/** With `transaction.boundary=interval`, no more than this waits in memory for the interval to end. */
const MOST_HELD_BYTES = 16 * 2 ** 20;

/** Runs a source task with the life cycle of Connect's exactly-once source task: what one poll gives is committed with its offsets, or not at all. */
export class SourceTaskRunner implements TaskRunner {
  readonly #topics = new Set<string>();
  readonly #offsets = new Map<string, SourceOffset>();
  readonly #boundaries = new WeakMap<NewSourceRecord, Boundary>();
  #records: NewRecord[] = [];
  /** What was polled, for a task that wants to hear of each record, with its place among `#records`. */
  #polled: { readonly given: NewSourceRecord; readonly at: number | undefined }[] = [];
  #heldBytes = 0;
  #paused = false;
  #boundary: Boundary | undefined;
  #commitAt: number;
  #resumed = new AbortController();

  constructor(
    private readonly task: SourceTask,
    private readonly setup: SourceSetup,
  ) {
    this.#commitAt = setup.clock.now() + setup.intervalMs;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.#resumed.abort();
  }

  async run(): Promise<void> {
    const { signal, stateChanged } = this.setup;
    await this.task.start(this.setup.properties, this.#context());
    let reported: boolean | undefined;
    let attempt = 0;
    try {
      while (!signal.aborted) {
        if (reported !== this.#paused) stateChanged(this.#paused ? 'PAUSED' : 'RUNNING');
        reported = this.#paused;
        if (this.#paused) {
          // As in Connect, no transaction stays open for as long as a pause may last.
          if (this.setup.boundary !== 'connector') await this.#commit();
          await this.#whilePaused();
          continue;
        }
        try {
          await this.#take((await this.task.poll()) ?? []);
          attempt = 0;
        } catch (thrown) {
          if (!(thrown instanceof RetriableError)) throw thrown;
          this.setup.logger.warn(`${this.setup.connector}-${this.setup.id} could not poll and will try again: ${thrown.message}`);
          await this.setup.clock.sleep(backoffMs(++attempt, MAX_BACKOFF_MS), signal);
        }
        if (this.#commitDue()) await this.#commit(this.#boundary);
      }
      if (this.setup.boundary !== 'connector') await this.#commit();
    } finally {
      await this.task.stop?.();
    }
  }

  async #take(polled: Iterable<NewSourceRecord>): Promise<void> {
    let empty = true;
    for (const given of polled) {
      empty = false;
      const record = await this.setup.conversion.toLogRecord(sourceRecord(given));
      if (this.task.commitRecord) this.#polled.push({ given, at: record && this.#records.length });
      if (record) {
        this.#records.push(record);
        this.#heldBytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
      }
      this.#offsets.set(JSON.stringify(given.sourcePartition), { partition: given.sourcePartition, offset: given.sourceOffset });
      const boundary = this.#boundaries.get(given);
      if (boundary) await this.#commit(boundary);
    }
    if (empty) await new Promise((resolve) => setImmediate(resolve));
  }

  #commitDue(): boolean {
    if (this.setup.boundary === 'interval') return this.setup.clock.now() >= this.#commitAt || this.#heldBytes >= MOST_HELD_BYTES;
    return this.setup.boundary === 'poll' || this.#boundary !== undefined;
  }

  /** As in Connect, what is aborted is not read again: its offsets are committed. */
  async #commit(boundary: Boundary = 'commit'): Promise<void> {
    const records = boundary === 'abort' ? [] : this.#records;
    const offsets = [...this.#offsets.values()];
    const polled = this.#polled;
    this.#records = [];
    this.#polled = [];
    this.#heldBytes = 0;
    this.#offsets.clear();
    this.#boundary = undefined;
    this.#commitAt = this.setup.clock.now() + this.setup.intervalMs;
    if (offsets.length === 0) return;
    await this.#createTopics(records);
    const appended = await this.setup.commit(records, offsets);
    for (const { given, at } of polled) {
      await this.#tell('commitRecord', () => this.task.commitRecord?.(given, at === undefined ? null : (appended[at] ?? null)));
    }
    await this.#tell('commit', () => this.task.commit?.());
  }

  /** Nothing is lost where a task does not want to hear that its records are safe: as in Connect, it goes on. */
  async #tell(name: string, call: () => void | Promise<void>): Promise<void> {
    try {
      await call();
    } catch (thrown) {
      this.setup.logger.error(`${this.setup.connector}-${this.setup.id} failed in ${name}: ${reasonOf(thrown)}`);
    }
  }

  async #createTopics(records: readonly NewRecord[]): Promise<void> {
    const unknown = [...new Set(records.map(({ topic }) => topic))].filter((topic) => !this.#topics.has(topic));
    for (const name of unknown) {
      try {
        await this.setup.log.topics([name]);
      } catch (thrown) {
        if (!isError(thrown, 'HW_TOPIC_UNKNOWN')) throw thrown;
        await this.setup.log.createTopics([{ name, partitions: this.setup.newTopicPartitions }]);
      }
      this.#topics.add(name);
      this.setup.topicUsed(name);
    }
  }

  async #whilePaused(): Promise<void> {
    this.#resumed = new AbortController();
    await this.setup.clock.sleep(100, AbortSignal.any([this.setup.signal, this.#resumed.signal]));
  }

  #context(): SourceTaskContext {
    const ends = (boundary: Boundary) => (record?: NewSourceRecord) => {
      if (record) this.#boundaries.set(record, boundary);
      else this.#boundary = boundary;
    };
    const transaction = { commitTransaction: ends('commit'), abortTransaction: ends('abort') };
    return {
      properties: this.setup.properties,
      signal: this.setup.signal,
      sleep: (ms) => this.setup.clock.sleep(ms, this.setup.signal),
      logger: this.setup.logger,
      offsets: { offset: this.setup.readOffset },
      ...(this.setup.boundary === 'connector' ? { transaction } : {}),
    };
  }
}
