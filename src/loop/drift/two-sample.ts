import { squaredDistances, meansOfParts } from './pairwise.js';

/** How far apart two samples are, from any assignment of the pooled rows to them: made once from the rows, asked once per permutation. */
export type TwoSample = (rows: readonly Float32Array[], referenceSize: number) => (mark: Uint8Array) => number;

/**
 * Squared maximum mean discrepancy, the unbiased estimate (Gretton et al., JMLR 2012), with a Gaussian kernel as wide as the median distance of the
 * pooled rows, which is what alibi-detect's `MMDDrift` takes.
 */
export const mmd: TwoSample = (rows) => {
  const distances = squaredDistances(rows);
  const sorted = Float64Array.from(distances).sort();
  const width = 0.5 * sorted[(sorted.length - 1) >> 1]!;
  const kernel = distances.map((distance) => Math.exp(-distance / (2 * (width || 1))));
  return (mark) => {
    const { within, withinOther, across } = meansOfParts(kernel, mark);
    return within + withinOther - 2 * across;
  };
};

/** Energy distance, squared, the unbiased estimate (Szekely & Rizzo 2013): 2 E|X - Y| - E|X - X'| - E|Y - Y'|. */
export const energyDistance: TwoSample = (rows) => {
  const distances = squaredDistances(rows).map(Math.sqrt);
  return (mark) => {
    const { within, withinOther, across } = meansOfParts(distances, mark);
    return 2 * across - within - withinOther;
  };
};

const bins = 10;

/**
 * Population stability index, the mean over the features, in ten bins at the reference's deciles: sum of (p - q) ln(p / q). Empty bins count as half a
 * value.
 */
export const psi: TwoSample = (rows, referenceSize) => {
  const features = rows[0]?.length ?? 0;
  const binOf = Array.from({ length: features }, (_, feature) => {
    const column = Float64Array.from(rows, (row) => row[feature]!);
    const sorted = column.slice(0, referenceSize).sort();
    const edges = Array.from({ length: bins - 1 }, (_, index) => sorted[Math.ceil(((index + 1) / bins) * referenceSize) - 1]!);
    return Uint8Array.from(column, (value) => edges.filter((edge) => value > edge).length);
  });
  return (mark) => {
    let total = 0;
    const size = mark.reduce((sum, one) => sum + one, 0);
    for (const bin of binOf) {
      const counts = [new Float64Array(bins), new Float64Array(bins)] as const;
      bin.forEach((place, row) => (counts[mark[row] as 0 | 1][place]! += 1));
      for (let place = 0; place < bins; place++) {
        const p = Math.max(counts[1][place]!, 0.5) / size;
        const q = Math.max(counts[0][place]!, 0.5) / (mark.length - size);
        total += (p - q) * Math.log(p / q);
      }
    }
    return total / features;
  };
};
