import { eventTopics } from './events/event-topics.js';
import type { Log } from './log/log.js';
import { headCommandsTopic } from './loop/ask-trainer.js';
import { CameraTable } from './loop/camera-table.js';
import { LogModels } from './loop/log-models.js';
import { ModelRegistry, type RegistryListeners } from './loop/model-registry.js';
import { LogRegistry } from './serde/log-registry.js';
import type { SchemaRegistry } from './serde/registry.js';
import { App, type AppOptions } from './topology/app.js';
import type { Topology } from './topology/topology.js';

export interface RuntimeOptions extends RegistryListeners {
  readonly log: Log;
  /** Default: the log's own registry. */
  readonly registry?: SchemaRegistry;
}

/**
 * A log and what topologies need beside it: schemas, cameras, models.
 *
 * @example
 * const runtime = await Runtime.open({ log: await openLog('./data') });
 * const app = await runtime.run(score);
 */
export class Runtime {
  private constructor(
    readonly log: Log,
    readonly registry: SchemaRegistry,
    readonly cameras: CameraTable,
    readonly modelRegistry: ModelRegistry,
    readonly models: LogModels,
  ) {}

  static async open({ log, registry = new LogRegistry(log), ...listeners }: RuntimeOptions): Promise<Runtime> {
    const cameras = await CameraTable.open(log, registry);
    const models = await ModelRegistry.open(log, registry, listeners);
    return new Runtime(log, registry, cameras, models, new LogModels(models));
  }

  /** Starts a topology as a member of its consumer group; topics of the main job come into being as they are needed. */
  run(topology: Topology, options: Partial<AppOptions> = {}): Promise<App> {
    const { log, registry, cameras, models } = this;
    return App.start(topology, { log, registry, cameras, models, topics: [...eventTopics, headCommandsTopic], ...options });
  }

  /** Ends the following of cameras and models. Stop the apps first; the log stays open. */
  async close(): Promise<void> {
    this.models.close();
    await this.cameras.close();
    await this.modelRegistry.close();
  }
}
