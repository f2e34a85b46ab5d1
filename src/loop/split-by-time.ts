/** Numbers of rows, which are in the order of time: learned from are those before `train`, judged on are those from `gate`; between them lies the gap. */
export interface TimeSplit {
  readonly train: number;
  readonly gate: number;
}

/**
 * Keeps the newest rows for the gate. Where a champion has not learned from the newest `fresh` rows, the newer half of those is the gate set, so that
 * it is untouched by both sides and the older half is what the challenger knows more; for a first head it is the newest quarter. Rows less than `gapMs`
 * older than the gate set are left out, since neighbouring frames are nearly the same picture.
 */
export function splitByTime(times: Float64Array, fresh: number | undefined, gapMs: number): TimeSplit {
  const size = fresh === undefined ? Math.ceil(times.length / 4) : Math.ceil(fresh / 2);
  const gate = times.length - size;
  const before = times[gate]! - gapMs;
  const late = times.findIndex((time) => time >= before);
  return { train: Math.min(late, gate), gate };
}
