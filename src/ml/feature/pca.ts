import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { error } from '../../errors.js';
import type { Batch, Columns } from '../dataset/batch.js';
import { VectorColumn } from '../dataset/column.js';
import type { Dataset } from '../dataset/dataset.js';
import { Estimator } from '../estimator.js';
import { integerFrom } from '../params.js';
import { columnMoments } from '../solve/standardise.js';
import { dot } from '../solve/vector-math.js';
import { registerStage } from '../stage-files.js';
import { learnedFloats, type Snapshot, type StageSpec } from '../stage.js';
import { ColumnModel, inputOutputParams, type InputOutput } from './column-transformer.js';
import { learnableMatrix, matrixIn, requireWidth, type Matrix } from './vectors.js';

export interface PcaParams extends InputOutput {
  k: number;
}

const params = { ...inputOutputParams, k: { doc: 'number of components', check: integerFrom(1) } } as const;
const spec: StageSpec<PcaParams> = { type: 'PCA', params };
const modelSpec: StageSpec<PcaParams> = { type: 'PCAModel', params };

/** Learns the `k` directions of largest variance, as Spark ML's `PCA`; each points to where its largest coefficient is positive. Throws HW_ROWS_FEW, HW_FEATURES_FINITE. */
export class PCA extends Estimator<PcaParams, PCAModel> {
  constructor(options: Partial<PcaParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  async fit(dataset: Dataset): Promise<PCAModel> {
    this.validate();
    const { inputCol, k } = this.params;
    const matrix = learnableMatrix(await dataset.select(inputCol).collect(), inputCol);
    if (matrix.rows < 2) throw error('HW_ROWS_FEW', { stage: 'PCA', expected: 2, got: matrix.rows });
    if (k > matrix.width)
      throw error('HW_PARAM_INVALID', { stage: 'PCA', param: 'k', expected: `at most the ${matrix.width} features`, got: String(k) });
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance(matrix), { assumeSymmetric: true });
    const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
    const total = realEigenvalues.reduce((sum, value) => sum + value, 0);
    const components = new Float64Array(k * matrix.width);
    order.slice(0, k).forEach((column, i) => components.set(upright(eigenvectorMatrix.getColumn(column)), i * matrix.width));
    const explained = Float64Array.from(order.slice(0, k), (column) => (total > 0 ? realEigenvalues[column]! / total : 0));
    return new PCAModel(this.params, components, explained, this.uid);
  }
}

/** Projects vectors onto the learned directions, without centring them first, as Spark ML does. */
export class PCAModel extends ColumnModel<PcaParams> {
  constructor(
    options: Partial<PcaParams>,
    /** k x features. */
    readonly components: Float64Array,
    /** Share of the variance along each direction. */
    readonly explainedVariance: Float64Array,
    readonly parent: string,
    uid?: string,
  ) {
    super(modelSpec, options, uid);
  }

  override compute(batch: Batch): Columns {
    const { inputCol, outputCol, k } = this.params;
    const matrix = matrixIn(batch, inputCol);
    requireWidth(matrix, this.components.length / k, this.spec.type);
    const { data, rows, width } = matrix;
    const projected = new Float64Array(rows * k);
    for (let row = 0; row < rows; row++) {
      const x = Float64Array.from(data.subarray(row * width, (row + 1) * width));
      for (let i = 0; i < k; i++) projected[row * k + i] = dot(this.components, x, i * width);
    }
    return { [outputCol]: new VectorColumn(projected, k) };
  }

  override snapshot(): Snapshot {
    const { components, explainedVariance } = this;
    const k = explainedVariance.length;
    return {
      ...super.snapshot(),
      values: { parent: this.parent },
      tensors: {
        components: { data: components, shape: [k, components.length / k] },
        explainedVariance: { data: explainedVariance, shape: [k] },
      },
    };
  }
}

function covariance({ data, rows, width }: Matrix): MlMatrix {
  const { mean } = columnMoments(data, width, new Float64Array(rows).fill(1));
  const sums = new Float64Array(width * width);
  for (let row = 0; row < rows; row++) {
    const centred = Float64Array.from(mean, (level, j) => data[row * width + j]! - level);
    for (let i = 0; i < width; i++) for (let j = i; j < width; j++) sums[i * width + j]! += centred[i]! * centred[j]!;
  }
  return MlMatrix.from1DArray(
    width,
    width,
    sums.map((_, at) => {
      const [i, j] = [Math.floor(at / width), at % width];
      return sums[Math.min(i, j) * width + Math.max(i, j)]! / (rows - 1);
    }),
  );
}

function upright(vector: readonly number[]): number[] {
  const largest = vector.reduce((top, value) => (Math.abs(value) > Math.abs(top) ? value : top), 0);
  return largest < 0 ? vector.map((value) => -value) : [...vector];
}

registerStage(spec.type, ({ options, uid }) => new PCA(options, uid));
registerStage(modelSpec.type, (snapshot) => {
  const { options, uid, values } = snapshot;
  return new PCAModel(
    options,
    learnedFloats(snapshot, 'components'),
    learnedFloats(snapshot, 'explainedVariance'),
    values!['parent'] as string,
    uid,
  );
});
