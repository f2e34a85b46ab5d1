import { startConnectWorker, type ConnectorPlugin, type ConnectWorker } from '../../connect/index.js';
import { isError } from '../../errors.js';
import { MemoryLog } from '../../log/memory-log.js';
import type { LogRecord } from '../../record.js';
import { readRecords } from '../../log/read-records.js';

export const TOPIC = 'check';

/** A worker on a memory log with the one connector to check. */
export class ConnectorRig {
  readonly log = new MemoryLog();
  #worker: ConnectWorker | undefined;

  constructor(
    private readonly plugin: ConnectorPlugin,
    private readonly properties: Readonly<Record<string, string>>,
  ) {}

  get worker(): ConnectWorker {
    if (!this.#worker) throw new Error('the worker is not started');
    return this.#worker;
  }

  /** Starts the worker, and with it the connector as it was. */
  async start(): Promise<void> {
    await this.log.createTopics([{ name: TOPIC, partitions: 1 }]);
    this.#worker = await startConnectWorker({ log: this.log, connectors: [this.plugin], properties: { 'offset.flush.interval.ms': '20' } });
    if (this.#worker.herder.names().length === 0) {
      const sink = this.plugin.type === 'sink' ? { topics: TOPIC } : {};
      await this.#worker.herder.create('check', { ...sink, ...this.properties, 'connector.class': this.plugin.className });
    }
  }

  async stop(): Promise<void> {
    await this.#worker?.stop();
    this.#worker = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.log.close();
  }

  async append(values: readonly unknown[]): Promise<void> {
    await this.log.append(values.map((value) => ({ topic: TOPIC, key: null, value: Buffer.from(JSON.stringify(value)) })));
  }

  async records(topic: string): Promise<LogRecord[]> {
    const found: LogRecord[] = [];
    const exists = (await this.log.topics()).some(({ name }) => name === topic);
    if (exists) for await (const record of readRecords(this.log, topic)) found.push(record);
    return found;
  }

  /** The state of the only task, or nothing yet. */
  taskState(): string | undefined {
    try {
      return this.#worker?.herder.status('check').tasks[0]?.state;
    } catch (thrown) {
      if (isError(thrown, 'HW_CONNECT_NOT_FOUND')) return undefined;
      throw thrown;
    }
  }
}

/** Resolves with what `read` gives once it holds so many different items; throws after 15 s. */
export async function untilLength<T>(read: () => Promise<readonly T[]>, length: number): Promise<readonly T[]> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await read();
    if (new Set(found).size >= length) return found;
    if (Date.now() > deadline) throw new Error(`expected ${length}, got ${found.length} within 15 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
