import { error } from '../errors.js';
import { columnIn, type Batch, type Columns } from '../ml/dataset/batch.js';
import { valuesOf } from '../ml/dataset/column.js';
import type { Dataset } from '../ml/dataset/dataset.js';
import { Estimator } from '../ml/estimator.js';
import { ColumnModel, inputOutputParams, type InputOutput } from '../ml/feature/column-transformer.js';
import { checks, integerFrom, oneOf } from '../ml/params.js';
import { learnableMatrix, requireWidth } from '../ml/feature/vectors.js';
import { registerStage } from '../ml/stage-files.js';
import type { Snapshot, StageSpec } from '../ml/stage.js';
import type { Metric } from './distance.js';
import { requireNeighbors, restoredSearch, savedSearch } from './saved-search.js';
import { VectorSearch } from './vector-search.js';

export interface NearestNeighborsParams extends InputOutput {
  idCol?: string;
  k: number;
  metric: Metric;
}

/** A model keeps its vectors' names and metric. */
type ModelParams = Omit<NearestNeighborsParams, 'idCol' | 'metric'>;

export const metricParam = { doc: 'euclidean or cosine', check: oneOf('euclidean', 'cosine'), default: 'cosine' } as const;
const modelParams = { ...inputOutputParams, k: { doc: 'number of neighbours', check: integerFrom(1), default: 5 } } as const;
const params = {
  ...modelParams,
  metric: metricParam,
  idCol: { doc: 'column that names the vectors; their row number names them when unset', check: checks.string, optional: true },
} as const;
const spec: StageSpec<NearestNeighborsParams> = { type: 'NearestNeighbors', params };
const modelSpec: StageSpec<ModelParams> = { type: 'NearestNeighborsModel', params: modelParams };

/** One of the nearest vectors. */
export interface Neighbor {
  /** Its value in `idCol`, or its row. */
  readonly id: string | number;
  readonly distance: number;
}

/**
 * Keeps vectors to find the nearest of others among them: scikit-learn's `NearestNeighbors` with `algorithm="brute"`, as a stage. Throws HW_NO_ROWS,
 * HW_FEATURES_FINITE, HW_PARAM_INVALID where `k` is more than there are vectors.
 */
export class NearestNeighbors extends Estimator<NearestNeighborsParams, NearestNeighborsModel> {
  constructor(options: Partial<NearestNeighborsParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<NearestNeighborsModel> {
    this.validate();
    const { inputCol, outputCol, k, metric, idCol } = this.params;
    const batch = await dataset.select(inputCol, ...(idCol === undefined ? [] : [idCol])).collect();
    const ids = idCol === undefined ? undefined : idsIn(batch, idCol);
    const search = new VectorSearch(learnableMatrix(batch, inputCol), metric);
    const model = new NearestNeighborsModel({ inputCol, outputCol, k }, search, ids, this.uid);
    model.validate();
    return model;
  }
}

/**
 * Adds a column with the `k` nearest of the vectors kept, as a list of `Neighbor`, nearest first; a vector that is one of them finds itself. Throws
 * HW_FEATURES_WIDTH, HW_PARAM_INVALID where `k` is more than there are.
 */
export class NearestNeighborsModel extends ColumnModel<ModelParams> {
  constructor(
    options: Partial<ModelParams>,
    private readonly search: VectorSearch,
    /** What `idCol` named the vectors. */
    readonly ids: readonly Neighbor['id'][] | undefined,
    readonly parent: string,
    uid?: string,
  ) {
    super(modelSpec, options, uid);
  }

  override validate(): void {
    super.validate();
    requireNeighbors(this.spec.type, this.params.k, this.search.vectors.rows);
  }

  override async compute(batch: Batch): Promise<Columns> {
    const { inputCol, outputCol, k } = this.params;
    const queries = learnableMatrix(batch, inputCol);
    requireWidth(queries, this.search.vectors.width, this.spec.type);
    const { rows, distances } = await this.search.nearest(queries, k);
    const neighbor = (at: number): Neighbor => ({ id: this.ids?.[rows[at]!] ?? rows[at]!, distance: distances[at]! });
    return { [outputCol]: Array.from({ length: batch.length }, (_, row) => Array.from({ length: k }, (_, n) => neighbor(row * k + n))) };
  }

  override snapshot(): Snapshot {
    const { parent, ids, search } = this;
    const { values, tensors } = savedSearch(search);
    return { ...super.snapshot(), values: { ...values, parent, ...(ids && { ids }) }, tensors };
  }
}

function idsIn(batch: Batch, column: string): Neighbor['id'][] {
  return valuesOf(columnIn(batch, column)).map((id, row) => {
    if (typeof id === 'string' || typeof id === 'number') return id;
    throw error('HW_LABEL_EXPECTED', { column, row, got: id === null ? 'null' : typeof id });
  });
}

registerStage(spec.type, ({ options, uid }) => new NearestNeighbors(options, uid));
registerStage(modelSpec.type, (snapshot) => {
  const { options, uid, values } = snapshot;
  return new NearestNeighborsModel(
    options,
    restoredSearch(snapshot),
    values!['ids'] as Neighbor['id'][] | undefined,
    values!['parent'] as string,
    uid,
  );
});
