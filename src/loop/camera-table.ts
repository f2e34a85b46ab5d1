import type { Camera, CameraDirectory } from '../image/region.js';
import type { Log } from '../log/log.js';
import { json } from '../serde/json.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { GlobalTable } from '../topology/global-table.js';

/** The compacted topic of cameras and their regions, keyed by camera. */
export const CAMERAS_TOPIC = 'cameras';

/** Cameras as JSON. */
export const CameraFormat = json<Camera>();

/** The cameras of a log, followed while they change. */
export class CameraTable implements CameraDirectory {
  private constructor(private readonly table: GlobalTable<Camera>) {}

  static async open(log: Log, registry: SchemaRegistry): Promise<CameraTable> {
    await log.createTopics([{ name: CAMERAS_TOPIC, partitions: 1, cleanup: 'compact' }]);
    return new CameraTable(await GlobalTable.open({ log, registry, topic: CAMERAS_TOPIC, format: CameraFormat }));
  }

  camera(id: string): Camera | undefined {
    return this.table.get(id);
  }

  /** All of them, by id. */
  all(): Camera[] {
    return [...this.table.entries()].map(([, camera]) => camera).sort((a, b) => a.camera.localeCompare(b.camera));
  }

  close(): Promise<void> {
    return this.table.close();
  }
}
