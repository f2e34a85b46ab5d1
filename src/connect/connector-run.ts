import type { Properties } from '../config/index.js';
import { error, reasonOf } from '../errors.js';
import { withPlaceholders } from './config-providers.js';
import type { Connector, ConnectorPlugin } from './connector.js';
import type { Logger } from './loggers.js';
import type { TargetState } from './state/config-store.js';
import { statusHere, type WorkerSurroundings } from './worker-surroundings.js';

const SHOWN = { STARTED: 'RUNNING', PAUSED: 'PAUSED', STOPPED: 'STOPPED' } as const;

/** A connector instance on this worker: runs while its target state is STARTED, and writes its tasks' configurations. */
export class ConnectorRun {
  #instance: Connector | undefined;
  #target: TargetState | undefined;
  /** The configuration with what its placeholders stand for. */
  #resolved: Properties = {};

  private constructor(
    private readonly at: WorkerSurroundings,
    private readonly name: string,
    private readonly config: Properties,
    private readonly plugin: ConnectorPlugin | undefined,
    readonly version: string,
    private readonly logger: Logger,
  ) {}

  static async start(
    at: WorkerSurroundings,
    name: string,
    config: Properties,
    target: TargetState,
    version: string,
  ): Promise<ConnectorRun> {
    const logger = at.loggers.named('org.apache.kafka.connect.runtime.WorkerConnector');
    let plugin: ConnectorPlugin | undefined;
    try {
      plugin = at.plugins.connector(config['connector.class'] ?? '');
    } catch (thrown) {
      await at.statuses.putConnector(name, statusHere(at, 'FAILED', 'undefined', thrown));
    }
    const run = new ConnectorRun(at, name, config, plugin, version, logger);
    await run.setTarget(target);
    return run;
  }

  async setTarget(target: TargetState): Promise<void> {
    if (!this.plugin || target === this.#target) return;
    this.#target = target;
    try {
      if (target === 'STARTED') await this.#begin(this.plugin);
      else await this.#end();
      await this.#status(SHOWN[target]);
      if (target === 'STARTED') await this.#configureTasks(this.plugin);
    } catch (thrown) {
      this.logger.error(`connector ${this.name} failed: ${reasonOf(thrown)}`);
      await this.#status('FAILED', thrown);
    }
  }

  async stop(): Promise<void> {
    try {
      await this.#end();
    } catch (thrown) {
      this.logger.error(`connector ${this.name} did not stop: ${reasonOf(thrown)}`);
    }
  }

  async #begin(plugin: ConnectorPlugin): Promise<void> {
    this.#resolved = await this.at.providers.resolve(this.config);
    this.#instance = plugin.connector?.() ?? {};
    await this.#instance.start?.(this.#resolved, {
      requestTaskReconfiguration: () => void this.#reconfigure(plugin),
      raiseError: (reason) => void this.#status('FAILED', reason),
    });
  }

  async #end(): Promise<void> {
    const instance = this.#instance;
    this.#instance = undefined;
    await instance?.stop?.();
  }

  async #reconfigure(plugin: ConnectorPlugin): Promise<void> {
    try {
      await this.#configureTasks(plugin);
    } catch (thrown) {
      await this.#status('FAILED', thrown);
    }
  }

  async #configureTasks(plugin: ConnectorPlugin): Promise<void> {
    const most = Number(this.config['tasks.max'] ?? 1);
    const given = (await this.#instance?.taskConfigs?.(most)) ?? [this.#resolved];
    if (given.length > most && this.config['tasks.max.enforce'] !== 'false') {
      throw error('HW_CONNECT_INTERNAL', {
        problem: `The connector ${this.name} has generated ${given.length} tasks, which is greater than ${most}, the maximum number of tasks it is configured to create`,
      });
    }
    const taskClass = plugin.taskClass ?? `${plugin.className.replace(/Connector$/, '')}Task`;
    const tasks = given.map((properties) => ({ ...withPlaceholders(properties, this.config, this.#resolved), 'task.class': taskClass }));
    const known = this.at.configs.get(this.name);
    if (!known || JSON.stringify(known.tasks.map(entries)) === JSON.stringify(tasks.map(entries))) return;
    await this.at.configs.putTasks(this.name, tasks);
    await this.at.statuses.removeTasks(this.name, tasks.length);
  }

  async #status(state: 'RUNNING' | 'PAUSED' | 'STOPPED' | 'FAILED', reason?: unknown): Promise<void> {
    await this.at.statuses.putConnector(this.name, statusHere(this.at, state, this.plugin?.version ?? '', reason));
  }
}

function entries(properties: Properties): [string, string | null][] {
  return Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
}
