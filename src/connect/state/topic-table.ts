import type { Appended, Log, Position, Reader } from '../../log/log.js';
import type { LogRecord, NewRecord } from '../../record.js';
import type { Clock } from '../../time/clock.js';

/** A compacted topic kept in memory: read to its end once, followed from then on. What this process writes it has read when `write` resolves. */
export class TopicTable {
  readonly #closed = new AbortController();
  readonly #next = new Map<number, number>();
  #waiting: (() => void)[] = [];
  #reader: Reader | undefined;
  #following: Promise<void> = Promise.resolve();
  #live = false;

  /** `apply` sees each record in order; `live` is false for what was there before. */
  constructor(
    private readonly log: Log,
    readonly topic: string,
    private readonly clock: Clock,
    private readonly apply: (record: LogRecord, live: boolean) => void,
  ) {}

  /** Creates the topic where it is missing and reads it to its end. */
  async open(partitions = 1): Promise<void> {
    await this.log.createTopics([{ name: this.topic, partitions, cleanup: 'compact' }]);
    const bounds = await this.log.bounds(this.topic);
    const positions = bounds.map(({ partition, earliest }): Position => ({ topic: this.topic, partition, offset: earliest }));
    this.#reader = await this.log.reader(positions);
    while (!(await this.#reader.atEnd())) this.#take(await this.#reader.fetch({ waitMs: 100 }));
    this.#live = true;
    this.#following = this.#follow(this.#reader);
  }

  /** Appends all or nothing and waits until this table has seen it. */
  async write(records: readonly Omit<NewRecord, 'topic'>[]): Promise<void> {
    await this.reached(await this.log.append(records.map((record) => ({ ...record, topic: this.topic }))));
  }

  /** Resolves when this table has seen these records. */
  async reached(appended: readonly Appended[]): Promise<void> {
    const behind = (): boolean =>
      appended.some(({ topic, partition, offset }) => topic === this.topic && (this.#next.get(partition) ?? 0) <= offset);
    while (behind() && !this.#closed.signal.aborted) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    for (const resolve of this.#waiting.splice(0)) resolve();
    await this.#following;
    await this.#reader?.close();
  }

  async #follow(reader: Reader): Promise<void> {
    while (!this.#closed.signal.aborted) {
      try {
        this.#take(await reader.fetch({ waitMs: 1000, signal: this.#closed.signal }));
      } catch {
        await this.clock.sleep(1000, this.#closed.signal);
      }
    }
  }

  #take(records: readonly LogRecord[]): void {
    for (const record of records) {
      this.apply(record, this.#live);
      this.#next.set(record.partition, record.offset + 1);
    }
    if (records.length > 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
