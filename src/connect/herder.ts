import type { ConfigKeyInfo, Properties } from '../config/index.js';
import { defineConfig } from '../config/index.js';
import { error } from '../errors.js';
import { commonKeys } from './connector-config.js';
import type { LoggerState } from './loggers.js';
import { HerderOffsets, type OffsetsAnswer } from './herder-offsets.js';
import type { PluginInfo } from './plugins.js';
import { workerConfig } from './worker-config.js';
import type { RestartRequest, TargetState } from './state/config-store.js';
import type { RunState, Status } from './state/status-store.js';
import type { AlteredOffsets } from './connector.js';
import { validateConnector, type ConfigInfos } from './validation.js';
import type { Worker } from './worker.js';
import type { WorkerSurroundings } from './worker-surroundings.js';

export type ConnectorType = 'source' | 'sink' | 'unknown';

/** A connector as GET /connectors/{name} shows it. */
export interface ConnectorInfo {
  readonly name: string;
  readonly config: Properties;
  readonly tasks: readonly { readonly connector: string; readonly task: number }[];
  readonly type: ConnectorType;
}

export interface ConnectorStatus {
  readonly name: string;
  readonly connector: Status;
  readonly tasks: readonly ({ readonly id: number } & Status)[];
  readonly type: ConnectorType;
}

export interface TaskInfo {
  readonly id: { readonly connector: string; readonly task: number };
  readonly config: Properties;
}

/** The one place where connectors are controlled: REST, the command line and tests all call it. Problems are HW_CONNECT_... errors. */
export class Herder {
  readonly #offsets: HerderOffsets;

  constructor(
    private readonly at: WorkerSurroundings,
    private readonly worker: Worker,
  ) {
    this.#offsets = new HerderOffsets(at);
  }

  names(): string[] {
    return this.at.configs.names();
  }

  info(name: string): ConnectorInfo {
    const { config, tasks } = this.#known(name);
    return { name, config, tasks: tasks.map((_, task) => ({ connector: name, task })), type: this.#type(config) };
  }

  config(name: string): Properties {
    return this.#known(name).config;
  }

  tasks(name: string): TaskInfo[] {
    return this.#known(name).tasks.map((config, task) => ({ id: { connector: name, task }, config }));
  }

  status(name: string): ConnectorStatus {
    const connector = this.at.statuses.connector(name);
    const state = this.at.configs.get(name);
    if (!connector || !state) throw error('HW_CONNECT_NOT_FOUND', { problem: `No status found for connector ${name}` });
    const tasks = state.tasks.flatMap((_, id) => {
      const status = this.at.statuses.task(name, id);
      return status ? [{ id, ...status }] : [];
    });
    return { name, connector, tasks, type: this.#type(state.config) };
  }

  taskStatus(name: string, id: number): { readonly id: number } & Status {
    const status = this.at.configs.get(name)?.tasks[id] && this.at.statuses.task(name, id);
    if (!status) throw error('HW_CONNECT_NOT_FOUND', { problem: `No status found for task ${name}-${id}` });
    return { id, ...status };
  }

  /** Creates a connector; HW_CONNECT_CONFLICT where the name is taken. */
  async create(name: string, properties: Properties, target?: TargetState): Promise<ConnectorInfo> {
    const config = { ...properties, name };
    await this.#validate(config);
    if (this.at.configs.get(name)) throw error('HW_CONNECT_CONFLICT', { problem: `Connector ${name} already exists` });
    await this.at.configs.putConnector(name, config, target);
    return { name, config, tasks: [], type: this.#type(config) };
  }

  /** Creates a connector or replaces its configuration. */
  async put(name: string, properties: Properties): Promise<{ created: boolean; info: ConnectorInfo }> {
    const config = { ...properties, name };
    await this.#validate(config);
    const created = this.at.configs.get(name) === undefined;
    await this.at.configs.putConnector(name, config);
    if (created) return { created, info: { name, config, tasks: [], type: this.#type(config) } };
    return { created, info: this.info(name) };
  }

  /** Changes single keys; null removes one. */
  async patch(name: string, changes: Properties): Promise<ConnectorInfo> {
    const merged = Object.entries({ ...this.config(name), ...changes }).filter(([, value]) => value !== null);
    return (await this.put(name, Object.fromEntries(merged))).info;
  }

  async remove(name: string): Promise<void> {
    this.#known(name);
    await this.at.configs.removeConnector(name);
    await this.worker.settled();
    await this.at.statuses.removeConnector(name);
  }

  async pause(name: string): Promise<void> {
    this.#unknownUnless(name, 'Unknown connector ');
    await this.at.configs.putTarget(name, 'PAUSED');
  }

  async resume(name: string): Promise<void> {
    this.#unknownUnless(name, 'Unknown connector ');
    await this.at.configs.putTarget(name, 'STARTED');
  }

  /** Shuts the tasks down; their configurations go, offsets may be altered then. */
  async stop(name: string): Promise<void> {
    this.#unknownUnless(name, 'Unknown connector ');
    await this.at.configs.putTasks(name, [], 'STOPPED');
    await this.worker.settled();
    await this.at.statuses.removeTasks(name);
  }

  /** Starts the connector, and what else the request names, again; gives the status with what is about to restart marked. */
  async restart(request: RestartRequest): Promise<ConnectorStatus> {
    this.#unknownUnless(request.connector, 'Unknown connector: ');
    const before = this.status(request.connector);
    const marked = <S extends Status>(status: S, included: boolean): S =>
      included && (!request.onlyFailed || status.state === 'FAILED') ? { ...status, state: 'RESTARTING' satisfies RunState } : status;
    await this.at.configs.putRestart(request);
    return { ...before, connector: marked(before.connector, true), tasks: before.tasks.map((task) => marked(task, request.includeTasks)) };
  }

  async restartTask(name: string, task: number): Promise<void> {
    this.#unknownUnless(name, 'Unknown connector: ');
    if (!this.at.configs.get(name)?.tasks[task]) throw error('HW_CONNECT_NOT_FOUND', { problem: `Unknown task: ${name}-${task}` });
    await this.at.configs.putRestart({ connector: name, includeTasks: false, onlyFailed: false, task });
  }

  topics(name: string): string[] {
    if (!this.at.config['topic.tracking.enable']) throw error('HW_CONNECT_FORBIDDEN', { problem: 'Topic tracking is disabled.' });
    return this.at.statuses.topics(name);
  }

  async resetTopics(name: string): Promise<void> {
    if (!this.at.config['topic.tracking.enable']) throw error('HW_CONNECT_FORBIDDEN', { problem: 'Topic tracking is disabled.' });
    if (!this.at.config['topic.tracking.allow.reset'])
      throw error('HW_CONNECT_FORBIDDEN', { problem: 'Topic tracking reset is disabled.' });
    await this.at.statuses.resetTopics(name);
  }

  offsets(name: string): Promise<OffsetsAnswer> {
    return this.#offsets.read(name, this.#type(this.#known(name).config));
  }

  async alterOffsets(name: string, offsets: AlteredOffsets): Promise<string> {
    if (offsets.length === 0)
      throw error('HW_CONNECT_BAD_REQUEST', { problem: 'Partitions / offsets need to be provided for an alter offsets request' });
    const { config } = this.#stopped(name);
    await this.#offsets.alter(name, this.#type(config), config, offsets);
    return 'The offsets for this connector have been altered successfully';
  }

  async resetOffsets(name: string): Promise<string> {
    const { config } = this.#stopped(name);
    await this.#offsets.reset(name, this.#type(config), config);
    return 'The offsets for this connector have been reset successfully';
  }

  plugins(connectorsOnly: boolean): PluginInfo[] {
    return this.at.plugins
      .all()
      .filter(({ type }) => !connectorsOnly || type === 'source' || type === 'sink')
      .map(({ class: className, type, version }) => ({ class: className, type, version }));
  }

  /** The keys of a plugin; those of connectors with Connect's own. */
  pluginConfig(name: string, version?: string): ConfigKeyInfo[] {
    const plugin = this.at.plugins.find(name);
    if (!plugin) throw error('HW_CONNECT_NOT_FOUND', { problem: `Unknown plugin ${name}.` });
    if (version !== undefined && version !== plugin.version) {
      throw error('HW_CONNECT_BAD_REQUEST', {
        problem: `Plugin ${plugin.class} not found that matches the version range [${version},${version}], available versions: [${plugin.version}]`,
      });
    }
    if (plugin.type !== 'source' && plugin.type !== 'sink') return plugin.config.describe();
    const common = commonKeys({ plugins: this.at.plugins, version: plugin.version, converters: null, type: plugin.type });
    return defineConfig({ ...plugin.config.keys, ...common }).describe();
  }

  async validate(config: Properties): Promise<ConfigInfos> {
    const own = workerConfig.parse(this.at.properties);
    return validateConnector(await this.at.providers.resolve(config), this.at.plugins, {
      key: own['key.converter'],
      value: own['value.converter'],
      header: own['header.converter'],
    });
  }

  loggers(): Record<string, LoggerState> {
    return this.at.loggers.all();
  }

  logger(name: string): LoggerState {
    const state = this.at.loggers.get(name);
    if (!state) throw error('HW_CONNECT_NOT_FOUND', { problem: `Logger ${name} not found.` });
    return state;
  }

  /** Sets a level here, or on every worker; gives the changed loggers of this worker. */
  async setLogLevel(name: string, level: string, everywhere: boolean): Promise<string[]> {
    if (!/^(TRACE|DEBUG|INFO|WARN|ERROR|FATAL|OFF|ALL)$/i.test(level))
      throw error('HW_CONNECT_NOT_FOUND', { problem: `invalid log level '${level}'.` });
    if (!everywhere) return this.at.loggers.set(name, level) ?? [];
    await this.at.configs.putLogLevel(name, level);
    return [];
  }

  clusterId(): Promise<string> {
    return this.at.log.id();
  }

  async #validate(config: Properties): Promise<void> {
    const { configs, error_count: count } = await this.validate(config);
    if (count === 0) return;
    const problems = configs.flatMap(({ value }) => value.errors).join('\n');
    throw error('HW_CONNECT_BAD_REQUEST', {
      problem: `Connector configuration is invalid and contains the following ${count} error(s):\n${problems}\nYou can also find the above list of errors at the endpoint \`/connector-plugins/{connectorType}/config/validate\``,
    });
  }

  #known(name: string): NonNullable<ReturnType<WorkerSurroundings['configs']['get']>> {
    const state = this.at.configs.get(name);
    if (!state) throw error('HW_CONNECT_NOT_FOUND', { problem: `Connector ${name} not found` });
    return state;
  }

  #unknownUnless(name: string, sentence: string): void {
    if (!this.at.configs.get(name)) throw error('HW_CONNECT_NOT_FOUND', { problem: sentence + name });
  }

  #stopped(name: string): NonNullable<ReturnType<WorkerSurroundings['configs']['get']>> {
    const state = this.#known(name);
    if (state.target === 'STOPPED' && state.tasks.length === 0) return state;
    throw error('HW_CONNECT_BAD_REQUEST', {
      problem: `Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/${name}/stop' endpoint`,
    });
  }

  #type(config: Properties): ConnectorType {
    const plugin = this.at.plugins.find(config['connector.class'] ?? '');
    return plugin?.type === 'source' || plugin?.type === 'sink' ? plugin.type : 'unknown';
  }
}
