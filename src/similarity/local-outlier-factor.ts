import type { Batch, Columns } from '../ml/dataset/batch.js';
import type { Dataset } from '../ml/dataset/dataset.js';
import { Estimator } from '../ml/estimator.js';
import { ColumnModel, inputOutputParams, type InputOutput } from '../ml/feature/column-transformer.js';
import { learnableMatrix, requireWidth } from '../ml/feature/vectors.js';
import { integerFrom } from '../ml/params.js';
import { registerStage } from '../ml/stage-files.js';
import { learnedFloats, type Snapshot, type StageSpec } from '../ml/stage.js';
import type { Metric } from './distance.js';
import { metricParam } from './nearest-neighbors.js';
import { requireNeighbors, restoredSearch, savedSearch } from './saved-search.js';
import { VectorSearch, type Neighbors } from './vector-search.js';

export interface LocalOutlierFactorParams extends InputOutput {
  k: number;
  metric: Metric;
}

const params = {
  ...inputOutputParams,
  k: { doc: 'number of neighbours', check: integerFrom(1), default: 20 },
  metric: metricParam,
} as const;
const spec: StageSpec<LocalOutlierFactorParams> = { type: 'LocalOutlierFactor', params };
const modelSpec: StageSpec<InputOutput> = { type: 'LocalOutlierFactorModel', params: inputOutputParams };

/**
 * Learns how densely vectors lie, to tell those that lie apart: the local outlier factor of Breunig and others (SIGMOD 2000), as scikit-learn's
 * `LocalOutlierFactor(novelty=True)`. Throws HW_NO_ROWS, HW_FEATURES_FINITE, HW_PARAM_INVALID where there are not more than `k` vectors.
 */
export class LocalOutlierFactor extends Estimator<LocalOutlierFactorParams, LocalOutlierFactorModel> {
  constructor(options: Partial<LocalOutlierFactorParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<LocalOutlierFactorModel> {
    this.validate();
    const { inputCol, outputCol, k, metric } = this.params;
    const vectors = learnableMatrix(await dataset.select(inputCol).collect(), inputCol);
    requireNeighbors(this.spec.type, k, vectors.rows - 1);
    const search = new VectorSearch(vectors, metric);
    const others = withoutItself(await search.nearest(vectors, k + 1), k);
    const reach = Float64Array.from({ length: vectors.rows }, (_, row) => others.distances[row * k + k - 1]!);
    return new LocalOutlierFactorModel({ inputCol, outputCol }, { search, k, reach, density: densities(others, reach, k) }, this.uid);
  }
}

interface Learned {
  readonly search: VectorSearch;
  readonly k: number;
  /** Distance of each vector to its k-th neighbour. */
  readonly reach: Float64Array;
  /** Local reachability density of each vector. */
  readonly density: Float64Array;
}

/**
 * Adds a column of local outlier factors: about 1 where a vector has neighbours as near as they have theirs, more where it lies apart; scikit-learn calls
 * more than 1.5 an outlier. The factor of a vector that was learned from counts itself among its neighbours. Throws HW_FEATURES_WIDTH.
 */
export class LocalOutlierFactorModel extends ColumnModel {
  constructor(
    options: Partial<InputOutput>,
    private readonly learned: Learned,
    readonly parent: string,
    uid?: string,
  ) {
    super(modelSpec, options, uid);
  }

  override async compute(batch: Batch): Promise<Columns> {
    const { inputCol, outputCol } = this.params;
    const { search, k, reach, density } = this.learned;
    const queries = learnableMatrix(batch, inputCol);
    requireWidth(queries, search.vectors.width, this.spec.type);
    const neighbors = await search.nearest(queries, k);
    const own = densities(neighbors, reach, k);
    return { [outputCol]: own.map((each, row) => meanOver(neighbors, row, k, (other) => density[other]!) / each) };
  }

  override snapshot(): Snapshot {
    const { parent } = this;
    const { search, k, reach, density } = this.learned;
    const { values, tensors } = savedSearch(search);
    const learned = { reach: { data: reach, shape: [reach.length] }, density: { data: density, shape: [density.length] } };
    return { ...super.snapshot(), values: { ...values, parent, k }, tensors: { ...tensors, ...learned } };
  }
}

/** One by the mean distance to the neighbours, none counted as nearer than that neighbour's own k-th; scikit-learn's 1e-10 keeps it finite. */
function densities(neighbors: Neighbors, reach: Float64Array, k: number): Float64Array {
  return Float64Array.from(
    { length: neighbors.rows.length / k },
    (_, row) => 1 / (meanOver(neighbors, row, k, (other, apart) => Math.max(apart, reach[other]!)) + 1e-10),
  );
}

function meanOver({ rows, distances }: Neighbors, row: number, k: number, value: (other: number, apart: number) => number): number {
  let sum = 0;
  for (let at = row * k; at < (row + 1) * k; at++) sum += value(rows[at]!, distances[at]!);
  return sum / k;
}

/** The `k` nearest others of each vector, given its `k + 1` nearest: of many equal vectors it may not be among its own nearest. */
function withoutItself({ rows, distances }: Neighbors, k: number): Neighbors {
  const places = Array.from({ length: rows.length / (k + 1) }, (_, row) => {
    const start = row * (k + 1);
    const own = rows.subarray(start, start + k).indexOf(row);
    return Array.from({ length: k }, (_, n) => start + n + (own >= 0 && n >= own ? 1 : 0));
  }).flat();
  return { rows: Int32Array.from(places, (at) => rows[at]!), distances: Float64Array.from(places, (at) => distances[at]!) };
}

registerStage(spec.type, ({ options, uid }) => new LocalOutlierFactor(options, uid));
registerStage(modelSpec.type, (snapshot) => {
  const { options, uid, values } = snapshot;
  const { k, parent } = values as { k: number; parent: string };
  const [reach, density] = [learnedFloats(snapshot, 'reach'), learnedFloats(snapshot, 'density')];
  return new LocalOutlierFactorModel(options, { search: restoredSearch(snapshot), k, reach, density }, parent, uid);
});
