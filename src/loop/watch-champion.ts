import type { DriftDetector } from './drift/drift-detector.js';

/** Right answers of a version since it became champion. */
interface TrackRecord {
  readonly judged: number;
  readonly right: number;
}

/** What is known of a champion from its predictions' labels; plain data, for a store. */
export interface Watch {
  readonly version: string;
  readonly own: TrackRecord;
  /** Of the champion before it. */
  readonly before?: TrackRecord;
  /** State of the drift detector, which outlives versions. */
  readonly detector: unknown;
}

export interface WatchNews {
  readonly watch: Watch;
  /** What the detector judged by, where it has found that the error has risen. */
  readonly drift?: number;
  /** Whether the champion does significantly worse than the one before it did. */
  readonly suspicious: boolean;
}

/** Judgements of a version from one look at it to the next, and before the first. */
const LOOK = 10;
/** One-sided normal quantile of 1 %. */
const Z = 2.326;

/** Takes one judgement of the champion's, of a frame captured `at`. A late one of an older version moves the detector alone. */
export function watchChampion(
  before: Watch | undefined,
  champion: string,
  version: string,
  right: boolean,
  at: number,
  detector: DriftDetector<number>,
): WatchNews {
  const changed = before !== undefined && before.version !== champion;
  const state = structuredClone(before?.detector) ?? detector.seed();
  const own = before === undefined || changed ? { judged: 0, right: 0 } : before.own;
  const predecessor = changed ? before.own : before?.before;
  const counts = version === champion;
  const now: TrackRecord = counts ? { judged: own.judged + 1, right: own.right + (right ? 1 : 0) } : own;
  const { drift, statistic } = detector.update(state, right ? 0 : 1, at);
  const due = counts && now.judged % LOOK === 0;
  return {
    watch: { version: champion, own: now, detector: state, ...(predecessor && { before: predecessor }) },
    ...(drift && { drift: statistic }),
    suspicious: due && predecessor !== undefined && significantlyWorse(now, predecessor),
  };
}

/** One-sided test of two proportions with pooled variance. */
function significantlyWorse(now: TrackRecord, before: TrackRecord): boolean {
  if (before.judged === 0) return false;
  const pooled = (now.right + before.right) / (now.judged + before.judged);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / now.judged + 1 / before.judged));
  return before.right / before.judged - now.right / now.judged > Z * error;
}
