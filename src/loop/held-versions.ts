import type { Store } from '../topology/store.js';
import { headId, type Alias, type ModelAlias } from './model-event.js';

/** All aliases that a head may have. */
export const aliases: readonly Alias[] = ['champion', 'challenger', 'previous'];

/** A version as the trainer keeps it, to judge challengers against. */
export interface Held {
  readonly version: string;
  /** Base64. */
  readonly file: string;
  /** Offset of the newest feature that it has learned from. */
  readonly learnedTo: number;
}

/** Which versions the aliases of a head stand for, region by region. */
export class HeldVersions {
  constructor(
    private readonly store: Store<Held>,
    private readonly head: string,
  ) {}

  get(key: string, alias: Alias): Held | undefined {
    return this.store.get(`${key}/${alias}`);
  }

  /** Lets an alias stand for a version. */
  point(key: string, alias: Alias, { version, file, learnedTo }: Held, reason: string, since: number): ModelAlias {
    const replaces = this.get(key, alias)?.version;
    this.store.set(`${key}/${alias}`, { version, file, learnedTo });
    return { kind: 'alias', head: headId(this.head, key), alias, version, ...(replaces !== undefined && { replaces }), reason, since };
  }

  /** Makes a version the champion; who was it becomes `previous`. */
  promote(key: string, held: Held, reason: string, since: number): ModelAlias[] {
    const champion = this.get(key, 'champion');
    const before = champion ? [this.point(key, 'previous', champion, `replaced by ${held.version}`, since)] : [];
    return [...before, this.point(key, 'champion', held, reason, since)];
  }
}

/** The version's head file. */
export function bytesOf({ file }: Held): Uint8Array {
  return Uint8Array.from(Buffer.from(file, 'base64'));
}
