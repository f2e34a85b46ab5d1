import { createHash } from 'node:crypto';

import { error } from '../errors.js';
import type { Log, Position } from '../log/log.js';
import { json } from '../serde/json.js';
import type { ModelVersion } from './model-event.js';
import type { ModelRegistry } from './model-registry.js';

/** A place in the history: an offset in every partition, or the first record at or after a time in milliseconds since 1970. */
export type HistoryPlace = { readonly offset: number } | { readonly time: number };

/** What is asked for. */
export interface BackfillRequest {
  /** A head's id, or a name for its heads of all cameras and regions. */
  readonly head: string;
  /** The version, or how its name begins. Default: the champions. */
  readonly version?: string;
  /** Default: the oldest record that is kept. */
  readonly from?: HistoryPlace;
  /** The first record that is left out. Default: the end of the log at this moment. */
  readonly to?: HistoryPlace;
}

/** What a request came down to, kept in the log so that a back-fill that is killed goes on with the same versions to the same end. */
export interface BackfillPlan {
  readonly request: BackfillRequest;
  /** The consumer group, whose committed offsets are how far it has come. */
  readonly group: string;
  readonly versions: readonly { readonly head: string; readonly version: string }[];
  /** Per partition, where it begins and the first offset that is left out. */
  readonly starts: readonly Position[];
  readonly ends: readonly Position[];
}

/** Compacted topic of back-fills, keyed by group. */
export const BACKFILLS_TOPIC = 'backfills';

/** Plans as JSON. */
export const BackfillPlan = json<BackfillPlan>();

export const FEATURES_TOPIC = 'features';

/**
 * Makes the plan of a request of this moment. The same request with the same versions gives the same group, whose later plans begin where the earlier
 * ended.
 *
 * @throws HW_TOPIC_UNKNOWN without a feature log, HW_HEAD_WITHOUT_VERSION, HW_VERSION_UNKNOWN, HW_VERSION_PRUNED
 */
export async function planBackfill(log: Log, registry: ModelRegistry, request: BackfillRequest): Promise<BackfillPlan> {
  const versions = versionsFor(registry, request).map(({ head, version }) => ({ head, version }));
  const bounds = await log.bounds(FEATURES_TOPIC);
  const placed = async (place: HistoryPlace | undefined, side: 'earliest' | 'latest'): Promise<Position[]> => {
    const found = place && 'time' in place ? await log.offsetsAt(FEATURES_TOPIC, place.time) : [];
    return bounds.map(({ partition, earliest, latest, [side]: end }) => {
      const wanted = place && 'offset' in place ? place.offset : (found.find((at) => at.partition === partition)?.offset ?? end);
      return { topic: FEATURES_TOPIC, partition, offset: Math.min(Math.max(wanted, earliest), latest) };
    });
  };
  const starts = await placed(request.from, 'earliest');
  const ends = await placed(request.to, 'latest');
  const identity = JSON.stringify([request.head, request.from, request.to, versions]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const group = `backfill-${headName(request.head)}-${hash}`;
  return { request, group, versions, starts, ends: ends.map((end, at) => ({ ...end, offset: Math.max(end.offset, starts[at]!.offset) })) };
}

/** The name in a head's id. */
export function headName(id: string): string {
  return id.split('@', 1)[0]!;
}

function versionsFor(registry: ModelRegistry, { head, version }: BackfillRequest): ModelVersion[] {
  const covered = registry
    .versions()
    .filter((made) => made.head === head || made.head.startsWith(`${head}@`) || made.head.startsWith(`${head}/`));
  if (version === undefined) {
    const champions = covered.filter((made) => registry.champions.get(made.head)?.version === made.version);
    if (champions.length === 0) throw error('HW_HEAD_WITHOUT_VERSION', { head });
    return champions.sort((a, b) => (a.head < b.head ? -1 : 1));
  }
  const found = covered.filter((made) => made.version.startsWith(version));
  if (found.length === 0) registry.checkNotPruned(version);
  if (found.length !== 1) throw error('HW_VERSION_UNKNOWN', { version, found: found.length });
  return found;
}
