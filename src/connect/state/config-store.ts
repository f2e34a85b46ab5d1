import type { Properties } from '../../config/index.js';
import type { Log } from '../../log/log.js';
import type { LogRecord } from '../../record.js';
import type { Clock } from '../../time/clock.js';
import { jsonObject, jsonRecord } from './json-record.js';
import { TopicTable } from './topic-table.js';

export type TargetState = 'STARTED' | 'PAUSED' | 'STOPPED';

/** What the config topic says about one connector. */
export interface ConnectorState {
  readonly config: Properties;
  readonly target: TargetState;
  readonly tasks: readonly Properties[];
}

export interface RestartRequest {
  readonly connector: string;
  readonly includeTasks: boolean;
  readonly onlyFailed: boolean;
  /** A single task instead. */
  readonly task?: number;
}

/** What a worker hears of: that something is configured anew, or a command to all workers. */
export interface ConfigListener {
  changed(): void;
  restart(request: RestartRequest): void;
  setLogLevel(logger: string, level: string): void;
}

/** Connectors, tasks, target states and commands in the config topic, in the record format of Kafka Connect. */
export class ConfigStore {
  readonly #configs = new Map<string, Properties>();
  readonly #targets = new Map<string, TargetState>();
  readonly #tasks = new Map<string, readonly Properties[]>();
  readonly #uncommitted = new Map<string, Map<number, Properties>>();
  readonly #table: TopicTable;

  constructor(
    log: Log,
    topic: string,
    clock: Clock,
    private readonly listener: ConfigListener,
  ) {
    this.#table = new TopicTable(log, topic, clock, (record, live) => this.#apply(record, live));
  }

  open(): Promise<void> {
    return this.#table.open();
  }

  close(): Promise<void> {
    return this.#table.close();
  }

  names(): string[] {
    return [...this.#configs.keys()];
  }

  get(name: string): ConnectorState | undefined {
    const config = this.#configs.get(name);
    return config && { config, target: this.#targets.get(name) ?? 'STARTED', tasks: this.#tasks.get(name) ?? [] };
  }

  async putConnector(name: string, properties: Properties, target?: TargetState): Promise<void> {
    await this.#table.write([
      ...(target === undefined ? [] : [targetRecord(name, target)]),
      jsonRecord(`connector-${name}`, { properties }),
    ]);
  }

  async removeConnector(name: string): Promise<void> {
    const tasks = (this.#tasks.get(name) ?? []).map((_, task) => jsonRecord(`task-${name}-${task}`, null));
    await this.#table.write([
      jsonRecord(`connector-${name}`, null),
      jsonRecord(`target-state-${name}`, null),
      ...tasks,
      jsonRecord(`commit-${name}`, null),
    ]);
  }

  /** The task configurations become valid together. */
  async putTasks(name: string, tasks: readonly Properties[], target?: TargetState): Promise<void> {
    await this.#table.write([
      ...tasks.map((properties, task) => jsonRecord(`task-${name}-${task}`, { properties })),
      jsonRecord(`commit-${name}`, { tasks: tasks.length }),
      ...(target === undefined ? [] : [targetRecord(name, target)]),
    ]);
  }

  async putTarget(name: string, target: TargetState): Promise<void> {
    await this.#table.write([targetRecord(name, target)]);
  }

  async putRestart({ connector, includeTasks, onlyFailed, task }: RestartRequest): Promise<void> {
    const key = task === undefined ? `restart-connector-${connector}` : `restart-task-${connector}-${task}`;
    await this.#table.write([jsonRecord(key, { 'include-tasks': includeTasks, 'only-failed': onlyFailed })]);
  }

  async putLogLevel(logger: string, level: string): Promise<void> {
    await this.#table.write([jsonRecord(`logger-cluster-${logger}`, { level })]);
  }

  #apply(record: LogRecord, live: boolean): void {
    const key = Buffer.from(record.key ?? []).toString();
    const value = jsonObject(record.value);
    const after = (prefix: string): string | undefined => (key.startsWith(prefix) ? key.slice(prefix.length) : undefined);
    const restarted = after('restart-connector-');
    const restartedTask = /^restart-task-(.*)-(\d+)$/.exec(key);
    const logger = after('logger-cluster-');
    if (restarted !== undefined) {
      if (live && value)
        this.listener.restart({
          connector: restarted,
          includeTasks: value['include-tasks'] === true,
          onlyFailed: value['only-failed'] === true,
        });
    } else if (restartedTask) {
      const [, connector = '', task = '0'] = restartedTask;
      if (live && value) this.listener.restart({ connector, includeTasks: false, onlyFailed: false, task: Number(task) });
    } else if (logger !== undefined) {
      if (live && value) this.listener.setLogLevel(logger, String(value.level));
    } else {
      this.#applyState(after, value);
      if (live) this.listener.changed();
    }
  }

  #applyState(after: (prefix: string) => string | undefined, value: Record<string, unknown> | null): void {
    const target = after('target-state-');
    const connector = after('connector-');
    const commit = after('commit-');
    const task = /^(.*)-(\d+)$/.exec(after('task-') ?? '');
    if (connector !== undefined) {
      if (value) this.#configs.set(connector, value.properties as Properties);
      else this.#forget(connector);
    } else if (target !== undefined) {
      if (value) this.#targets.set(target, (value['state.v2'] ?? value.state) as TargetState);
      else this.#targets.delete(target);
    } else if (commit !== undefined) {
      if (value) this.#commitTasks(commit, Number(value.tasks));
    } else if (task && value) {
      const [, name = '', id = '0'] = task;
      const held = this.#uncommitted.get(name) ?? new Map<number, Properties>();
      this.#uncommitted.set(name, held.set(Number(id), value.properties as Properties));
    }
  }

  #commitTasks(name: string, count: number): void {
    const held = this.#uncommitted.get(name) ?? new Map<number, Properties>();
    const old = this.#tasks.get(name) ?? [];
    this.#tasks.set(
      name,
      Array.from({ length: count }, (_, id) => held.get(id) ?? old[id] ?? {}),
    );
    this.#uncommitted.delete(name);
  }

  #forget(name: string): void {
    this.#configs.delete(name);
    this.#targets.delete(name);
    this.#tasks.delete(name);
    this.#uncommitted.delete(name);
  }
}

function targetRecord(name: string, target: TargetState): ReturnType<typeof jsonRecord> {
  return jsonRecord(`target-state-${name}`, { state: target === 'STOPPED' ? 'PAUSED' : target, 'state.v2': target });
}
