/** Which source pixels make up each target pixel of one axis, and with what weights (in 256ths; the weights of a pixel add up to 256). */
export interface AxisTaps {
  /** First source pixel of each target pixel. */
  readonly first: Int32Array;
  /** Target pixel i owns weights from `offset[i]` up to `offset[i + 1]`. */
  readonly offset: Int32Array;
  readonly weight: Int32Array;
}

const kept = 256;
const known = new Map<string, AxisTaps>();

/** From `source` to `target` pixels: exact area average when shrinking, linear interpolation between pixel centres when enlarging. */
export function axisTaps(source: number, target: number): AxisTaps {
  const key = `${source}>${target}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= kept) known.clear();
  const made = makeTaps(source, target);
  known.set(key, made);
  return made;
}

function makeTaps(source: number, target: number): AxisTaps {
  const first = new Int32Array(target);
  const offset = new Int32Array(target + 1);
  const weight: number[] = [];
  for (let i = 0; i < target; i++) {
    const [start, shares] = target < source ? areaShares(i, source, target) : linearShares(i, source, target);
    first[i] = start;
    weight.push(...inParts(shares));
    offset[i + 1] = weight.length;
  }
  return { first, offset, weight: Int32Array.from(weight) };
}

function areaShares(i: number, source: number, target: number): [start: number, shares: number[]] {
  // Integers scaled by `target`, so that edges that fall on a pixel border do so exactly.
  const from = i * source;
  const to = from + source;
  const start = Math.floor(from / target);
  const end = Math.ceil(to / target);
  const shares: number[] = [];
  for (let p = start; p < end; p++) shares.push((Math.min(to, (p + 1) * target) - Math.max(from, p * target)) / source);
  return [start, shares];
}

function linearShares(i: number, source: number, target: number): [start: number, shares: number[]] {
  const centre = Math.min(Math.max(((i + 0.5) * source) / target - 0.5, 0), source - 1);
  const start = Math.floor(centre);
  const right = centre - start;
  return right === 0 ? [start, [1]] : [start, [1 - right, right]];
}

/** Shares of 1 as whole 256ths that add up to 256: the running sum is rounded, not each share. */
function inParts(shares: readonly number[]): number[] {
  let sum = 0;
  let given = 0;
  return shares.map((share) => {
    sum += share;
    const part = Math.round(sum * 256) - given;
    given += part;
    return part;
  });
}
