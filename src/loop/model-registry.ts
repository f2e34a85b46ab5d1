import { error } from '../errors.js';
import type { Log } from '../log/log.js';
import { decodeHead } from '../ml/head/head.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { GlobalTable } from '../topology/global-table.js';
import { ModelEvent, MODELS_TOPIC, type ModelAlias, type ModelVersion } from './model-event.js';
import type { HeadVersion } from './models.js';

/** Called when another version becomes the champion of a head. */
export type OnChampion = (champion: ModelAlias) => void;

/** The model registry of a log, followed while it changes: versions of heads, and who is champion. */
export class ModelRegistry {
  /** Champions by head id. Replaced, never changed, so that who holds it sees one moment. */
  #champions: ReadonlyMap<string, HeadVersion> = new Map();
  readonly #heads = new Map<string, HeadVersion>();
  #table!: GlobalTable<ModelEvent>;

  private constructor(private readonly onChampion: OnChampion) {}

  static async open(log: Log, registry: SchemaRegistry, onChampion: OnChampion = () => undefined): Promise<ModelRegistry> {
    await log.createTopics([{ name: MODELS_TOPIC, partitions: 1, cleanup: 'compact' }]);
    const models = new ModelRegistry(onChampion);
    models.#table = await GlobalTable.open({
      log,
      registry,
      topic: MODELS_TOPIC,
      format: ModelEvent,
      onChange: (_, event) => event && models.#apply(event),
    });
    return models;
  }

  /** The champions of this moment, by head id. */
  get champions(): ReadonlyMap<string, HeadVersion> {
    return this.#champions;
  }

  versions(): ModelVersion[] {
    return [...this.#table.entries()].map(([, event]) => event).filter((event) => event.kind === 'version');
  }

  /** The version whose name begins with `name`. Throws HW_VERSION_UNKNOWN where none or more than one does. */
  version(name: string): ModelVersion {
    const found = this.versions().filter(({ version }) => version.startsWith(name));
    if (found.length !== 1) throw error('HW_VERSION_UNKNOWN', { version: name, found: found.length });
    return found[0]!;
  }

  aliases(): ModelAlias[] {
    return [...this.#table.entries()].map(([, event]) => event).filter((event) => event.kind === 'alias');
  }

  close(): Promise<void> {
    return this.#table.close();
  }

  /** A version is decoded when it arrives, so that the swap itself is the change of a pointer. */
  #apply(event: ModelEvent): void {
    if (event.kind === 'version') {
      this.#heads.set(`${event.head}/${event.version}`, decodeHead(Buffer.from(event.file, 'base64')));
      return;
    }
    const head = this.#heads.get(`${event.head}/${event.version}`);
    if (event.alias !== 'champion' || head === undefined) return;
    this.#champions = new Map(this.#champions).set(event.head, head);
    this.onChampion(event);
  }
}
