import type { Log } from '../../log/log.js';
import type { LogRecord } from '../../record.js';
import type { Clock } from '../../time/clock.js';
import { jsonObject, jsonRecord } from './json-record.js';
import { TopicTable } from './topic-table.js';

export type RunState = 'RUNNING' | 'PAUSED' | 'STOPPED' | 'FAILED' | 'UNASSIGNED' | 'RESTARTING';

/** How a connector or a task is doing, and where. */
export interface Status {
  readonly state: RunState;
  readonly worker_id: string;
  readonly version: string;
  readonly trace?: string;
}

/** States of connectors and tasks, and the topics they use, in the status topic, in the record format of Kafka Connect. */
export class StatusStore {
  readonly #statuses = new Map<string, Status>();
  readonly #topics = new Map<string, Set<string>>();
  readonly #table: TopicTable;

  constructor(
    log: Log,
    topic: string,
    private readonly clock: Clock,
  ) {
    this.#table = new TopicTable(log, topic, clock, (record) => this.#apply(record));
  }

  open(): Promise<void> {
    return this.#table.open();
  }

  close(): Promise<void> {
    return this.#table.close();
  }

  connector(name: string): Status | undefined {
    return this.#statuses.get(`status-connector-${name}`);
  }

  task(name: string, id: number): Status | undefined {
    return this.#statuses.get(`status-task-${name}-${id}`);
  }

  async putConnector(name: string, status: Status): Promise<void> {
    await this.#table.write([jsonRecord(`status-connector-${name}`, { generation: 0, ...status })]);
  }

  async putTask(name: string, id: number, status: Status): Promise<void> {
    await this.#table.write([jsonRecord(`status-task-${name}-${id}`, { generation: 0, ...status })]);
  }

  async removeTasks(name: string, from = 0): Promise<void> {
    const gone = this.#taskKeys(name).filter((key) => Number(key.slice(key.lastIndexOf('-') + 1)) >= from);
    if (gone.length > 0) await this.#table.write(gone.map((key) => jsonRecord(key, null)));
  }

  async removeConnector(name: string): Promise<void> {
    await this.#table.write([`status-connector-${name}`, ...this.#taskKeys(name)].map((key) => jsonRecord(key, null)));
    await this.resetTopics(name);
  }

  topics(name: string): string[] {
    return [...(this.#topics.get(name) ?? [])];
  }

  async addTopic(name: string, topic: string, task: number): Promise<void> {
    if (this.#topics.get(name)?.has(topic)) return;
    const value = { topic: { name: topic, connector: name, task, discoverTimestamp: this.clock.now() } };
    await this.#table.write([jsonRecord(topicKey(name, topic), value)]);
  }

  async resetTopics(name: string): Promise<void> {
    const keys = this.topics(name).map((topic) => topicKey(name, topic));
    if (keys.length > 0) await this.#table.write(keys.map((key) => jsonRecord(key, null)));
  }

  #taskKeys(name: string): string[] {
    const prefix = `status-task-${name}-`;
    return [...this.#statuses.keys()].filter((key) => key.startsWith(prefix) && /^\d+$/.test(key.slice(prefix.length)));
  }

  #apply(record: LogRecord): void {
    const key = Buffer.from(record.key ?? []).toString();
    const value = jsonObject(record.value);
    const used = /^status-topic-(.*):connector-(.*)$/.exec(key);
    if (used) {
      const [, topic = '', name = ''] = used;
      const topics = this.#topics.get(name) ?? new Set<string>();
      if (value) topics.add(topic);
      else topics.delete(topic);
      this.#topics.set(name, topics);
    } else if (value) {
      const { state, worker_id, version, trace } = value;
      this.#statuses.set(key, {
        state: state as RunState,
        worker_id: String(worker_id),
        version: String(version),
        ...(typeof trace === 'string' ? { trace } : {}),
      });
    } else {
      this.#statuses.delete(key);
    }
  }
}

function topicKey(name: string, topic: string): string {
  return `status-topic-${topic}:connector-${name}`;
}
