/** Numbers of rows, which are in the order of time: learned from are those before `train`, judged on are those from `gate`; between them lies the gap. */
export interface TimeSplit {
  readonly train: number;
  readonly gate: number;
}

/**
 * Keeps the newest rows for the gate. Where a champion has not learned from the newest `fresh` rows, the newer half of those is the gate set, so that
 * it is untouched by both sides and the older half is what the challenger knows more; for a first head it is the newest quarter. Rows less than `gapMs`
 * older than the gate set are left out, since neighbouring frames are nearly the same picture. Of the newest `unbroken` rows none has made room for others,
 * so that labels are as frequent among them as they come in: of those half at most are the gate set, none of the others ever is.
 */
export function splitByTime(times: Float64Array, fresh: number | undefined, gapMs: number, unbroken = times.length): TimeSplit {
  const size = fresh === undefined ? Math.ceil(times.length / 4) : Math.ceil(fresh / 2);
  const most = unbroken === times.length ? size : Math.max(1, Math.floor(unbroken / 2));
  const gate = times.length - Math.min(size, most);
  const before = times[gate]! - gapMs;
  const late = times.findIndex((time) => time >= before);
  return { train: Math.min(late, gate), gate };
}

/** Rows of the second label that a first head learns from at least, and is judged on at least, where time alone makes no split. */
const FEWEST = 5;

/**
 * The split for a first head where the newest quarter would leave it only one label to learn from, as when a camera has seen its first car just now: half
 * of the rows since the second label came are learned from, the newer half is the gate set, with no gap, which would keep an answer from the camera
 * for longer than the first car stays. Undefined before there are enough of them.
 */
export function splitSinceSecondLabel(labels: readonly string[]): TimeSplit | undefined {
  const second = labels.findIndex((label) => label !== labels[0]);
  const gate = second + Math.ceil((labels.length - second) / 2);
  return second < 0 || labels.length - gate < FEWEST ? undefined : { train: gate, gate };
}
