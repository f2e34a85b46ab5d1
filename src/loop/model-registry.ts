import { error } from '../errors.js';
import type { Log } from '../log/log.js';
import { decodeHead } from '../ml/head/head.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { GlobalTable } from '../topology/global-table.js';
import { aliases } from './held-versions.js';
import { ModelEvent, MODELS_TOPIC, type ModelAlias, type ModelDrift, type ModelVersion, type PrunedVersions } from './model-event.js';
import type { HeadVersion } from './models.js';

/** A challenger that makes a share of the predictions. */
export interface Canary {
  readonly head: HeadVersion;
  readonly percent: number;
}

export interface RegistryListeners {
  /** Called when another version becomes the champion of a head. */
  readonly onChampion?: (champion: ModelAlias) => void;
  /** Called when a drift asks for a training of a head. */
  readonly onDrift?: (drift: ModelDrift) => void;
}

/** Promotions and drifts that are remembered. */
const remembered = 500;

/** The model registry of a log, followed while it changes: versions of heads, and who is champion. */
export class ModelRegistry {
  /** Champions by head id. Replaced, never changed, so that who holds it sees one moment. */
  #champions: ReadonlyMap<string, HeadVersion> = new Map();
  #canaries: ReadonlyMap<string, Canary> = new Map();
  /** Decoded heads that an alias stands for, by head id and version: a roll-back or a promotion is the change of a pointer. */
  readonly #warm = new Map<string, HeadVersion>();
  readonly #promotions: ModelAlias[] = [];
  readonly #drifts: ModelDrift[] = [];
  readonly #swaps = new Map<string, number>();
  #table!: GlobalTable<ModelEvent>;

  private constructor(private readonly listeners: RegistryListeners) {}

  static async open(log: Log, registry: SchemaRegistry, listeners: RegistryListeners = {}): Promise<ModelRegistry> {
    await log.createTopics([{ name: MODELS_TOPIC, partitions: 1, cleanup: 'compact' }]);
    const models = new ModelRegistry(listeners);
    models.#table = await GlobalTable.open({
      log,
      registry,
      topic: MODELS_TOPIC,
      format: ModelEvent,
      onChange: (_, event, table) => {
        models.#table = table; // it is still being opened where the topic holds something already
        if (event) models.#apply(event);
      },
    });
    return models;
  }

  /** The champions of this moment, by head id. */
  get champions(): ReadonlyMap<string, HeadVersion> {
    return this.#champions;
  }

  /** Challengers of this moment that make a share of the predictions, by head id. */
  get canaries(): ReadonlyMap<string, Canary> {
    return this.#canaries;
  }

  /** Champions in the order in which they became it, as far back as the topic still tells, the last 500. */
  get promotions(): readonly ModelAlias[] {
    return this.#promotions;
  }

  /** Drifts in the order in which they were found, as far back as the topic still tells, the last 500. */
  get drifts(): readonly ModelDrift[] {
    return this.#drifts;
  }

  /** How often each head has had a new champion, as far as was seen. */
  get swaps(): ReadonlyMap<string, number> {
    return this.#swaps;
  }

  versions(): ModelVersion[] {
    return this.#events().filter((event) => event.kind === 'version');
  }

  /** The version whose name begins with `name`. Throws HW_VERSION_UNKNOWN where none or more than one does, HW_VERSION_PRUNED where retention took it. */
  version(name: string): ModelVersion {
    const found = this.versions().filter(({ version }) => version.startsWith(name));
    if (found.length === 1) return found[0]!;
    if (found.length === 0) this.checkNotPruned(name);
    throw error('HW_VERSION_UNKNOWN', { version: name, found: found.length });
  }

  aliases(): ModelAlias[] {
    return this.#events().filter((event) => event.kind === 'alias');
  }

  /** What retention has taken out, head by head. */
  pruned(): PrunedVersions[] {
    return this.#events().filter((event) => event.kind === 'pruned');
  }

  /** Throws HW_VERSION_PRUNED where a version whose name begins so was taken out by retention, as far as that is remembered. */
  checkNotPruned(name: string): void {
    for (const { head, versions } of this.pruned()) {
      const version = versions.find((one) => one.startsWith(name));
      if (version !== undefined) throw error('HW_VERSION_PRUNED', { version, head });
    }
  }

  /** Whether it knows all that is committed in `models`. */
  upToDate(): Promise<boolean> {
    return this.#table.upToDate();
  }

  close(): Promise<void> {
    return this.#table.close();
  }

  #apply(event: ModelEvent): void {
    if (event.kind === 'alias') {
      this.#point(event);
      return;
    }
    if (event.kind === 'drift') {
      remember(this.#drifts, event);
      this.listeners.onDrift?.(event);
    }
    if (event.kind !== 'version') return;
    // A version that was registered anew lies behind its aliases once the topic is compacted.
    if (this.#warm.has(`${event.head}/${event.version}`)) return;
    for (const alias of this.#aliasesOf(event.head)) if (alias.version === event.version) this.#point(alias);
  }

  /** Loads the version if it is not warm, then flips the pointer, then lets go of versions that no alias stands for any more. */
  #point(event: ModelAlias): void {
    const { head: id, alias, version, trial } = event;
    const head = this.#load(id, version);
    if (head === undefined) return;
    if (alias === 'champion') {
      this.#champions = new Map(this.#champions).set(id, head);
      remember(this.#promotions, event);
      this.#swaps.set(id, (this.#swaps.get(id) ?? 0) + 1);
      this.listeners.onChampion?.(event);
    }
    if (alias === 'challenger') {
      const canaries = new Map(this.#canaries);
      if (trial && trial.percent > 0) canaries.set(id, { head, percent: trial.percent });
      else canaries.delete(id);
      this.#canaries = canaries;
    }
    const replaced = event.replaces;
    if (replaced !== undefined && !this.#aliasesOf(id).some((other) => other.version === replaced)) this.#warm.delete(`${id}/${replaced}`);
  }

  #load(id: string, version: string): HeadVersion | undefined {
    const key = `${id}/${version}`;
    const event = this.#warm.has(key) ? undefined : this.#table.get(`version/${key}`);
    if (event?.kind === 'version') this.#warm.set(key, decodeHead(Buffer.from(event.file, 'base64')));
    return this.#warm.get(key);
  }

  #events(): ModelEvent[] {
    return [...this.#table.entries()].map(([, event]) => event);
  }

  #aliasesOf(id: string): ModelAlias[] {
    const events = aliases.map((alias) => this.#table.get(`alias/${id}/${alias}`));
    return events.filter((event) => event?.kind === 'alias');
  }
}

function remember<E>(events: E[], event: E): void {
  events.push(event);
  if (events.length > remembered) events.shift();
}
