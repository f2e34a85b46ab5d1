import type { BlobLoader } from '../image/blob-loader.js';
import type { CameraDirectory } from '../image/region.js';
import type { Log } from '../log/log.js';
import type { ModelRegistry } from '../loop/model-registry.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Clock } from '../time/clock.js';
import type { App } from '../topology/app.js';
import type { LogWatch } from './log-watch.js';

/** What the server looks at. */
export interface Surroundings {
  readonly log: Log;
  readonly registry: SchemaRegistry;
  readonly cameras: CameraDirectory;
  readonly models: ModelRegistry;
  /** Apps of this process; none where only a log is looked at. More may be added while it serves. */
  readonly apps: readonly App[];
  readonly blobs: BlobLoader;
  readonly clock: Clock;
  readonly watch: LogWatch;
}
