import type { Store } from '../topology/store.js';
import { aliases, type HeldVersions } from './held-versions.js';
import { headId, type PrunedVersions, type VersionTombstone } from './model-event.js';

/** What is registered of a region's head; plain data, for a store. */
export interface RegisteredVersions {
  /** Names, oldest first. */
  readonly kept: readonly string[];
  readonly pruned: number;
  /** The newest names that were pruned. */
  readonly gone: readonly string[];
}

/** Versions of a head that are kept beside those that an alias stands for, where nothing else is said. */
export const KEEP_VERSIONS = 20;
/** Names of pruned versions that are remembered, so that whoever asks for one is told what became of it. */
const REMEMBERED = 200;
const none: RegisteredVersions = { kept: [], pruned: 0, gone: [] };

/**
 * Keeps the registry from growing with the stream: of each head it holds the versions that an alias stands for and the newest ones. The trainer, the only
 * writer of a head's records, takes older ones out by tombstones in the epoch that registers a new one, so a kill leaves both or neither.
 */
export class VersionRetention {
  constructor(
    private readonly store: Store<RegisteredVersions>,
    private readonly held: HeldVersions,
    private readonly head: string,
    private readonly keep: number,
  ) {}

  /** Takes a version that was registered just now, its aliases being set; gives what takes older ones out. */
  onVersion(key: string, version: string): (PrunedVersions | VersionTombstone)[] {
    const before = this.store.get(key) ?? none;
    const kept = [...before.kept.filter((name) => name !== version), version];
    const inUse = new Set(aliases.map((alias) => this.held.get(key, alias)?.version));
    const old = kept.slice(0, Math.max(0, kept.length - this.keep)).filter((name) => !inUse.has(name));
    const gone = [...before.gone.filter((name) => name !== version), ...old].slice(-REMEMBERED);
    const now = { kept: kept.filter((name) => !old.includes(name)), pruned: before.pruned + old.length, gone };
    this.store.set(key, now);
    if (old.length === 0) return [];
    const head = headId(this.head, key);
    return [
      { kind: 'pruned', head, count: now.pruned, versions: gone },
      ...old.map((name): VersionTombstone => ({ kind: 'tombstone', head, version: name })),
    ];
  }

  /** Whether a version was taken out and not registered again, as far as is remembered. */
  isPruned(key: string, version: string): boolean {
    return this.store.get(key)?.gone.includes(version) ?? false;
  }
}
