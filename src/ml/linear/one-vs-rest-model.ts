import type { Batch, Columns } from '../dataset/batch.js';
import { columnOf, VectorColumn } from '../dataset/column.js';
import { matrixIn } from '../feature/vectors.js';
import type { ParamMap } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { Snapshot, Stage, StageSpec } from '../stage.js';
import { isTransformer, Model, type Transformer } from '../transformer.js';
import type { Label } from './class-labels.js';
import { argmax } from '../solve/vector-math.js';

export interface OneVsRestColumns {
  predictionCol: string;
  rawPredictionCol: string;
}

const spec: StageSpec<OneVsRestColumns> = {
  type: 'OneVsRestModel',
  params: { predictionCol: sharedParams.predictionCol, rawPredictionCol: sharedParams.rawPredictionCol },
};

/** Adds each class's margin against the rest, and the class with the largest. */
export class OneVsRestModel extends Model<OneVsRestColumns> {
  constructor(
    { predictionCol, rawPredictionCol }: Partial<OneVsRestColumns>,
    readonly models: readonly Transformer[],
    readonly labels: readonly Label[],
    readonly parent: string,
    uid?: string,
  ) {
    super(spec, { ...(predictionCol && { predictionCol }), ...(rawPredictionCol && { rawPredictionCol }) }, uid);
  }

  override children(): readonly Stage[] {
    return this.models;
  }

  protected override copiedChildren(extra: ParamMap): object {
    return { models: this.models.map((model) => model.copy(extra)) };
  }

  override inputCols(): readonly string[] {
    return [...new Set(this.models.flatMap((model) => model.inputCols()))];
  }

  override outputCols(): readonly string[] {
    return [this.params.rawPredictionCol, this.params.predictionCol];
  }

  override async compute(batch: Batch): Promise<Columns> {
    const { rawPredictionCol, predictionCol } = this.params;
    const classes = this.labels.length;
    const margins = new Float64Array(batch.length * classes);
    for (const [k, model] of this.models.entries()) {
      const { data, width } = matrixIn((await model.extend(batch)).batch, rawPredictionCol);
      for (let row = 0; row < batch.length; row++) margins[row * classes + k] = data[(row + 1) * width - 1]!;
    }
    const predictions = Array.from(
      { length: batch.length },
      (_, row) => this.labels[argmax(margins.subarray(row * classes, (row + 1) * classes))],
    );
    return { [rawPredictionCol]: new VectorColumn(margins, classes, this.labels), [predictionCol]: columnOf(predictions) };
  }

  override snapshot(): Snapshot {
    return { ...super.snapshot(), values: { parent: this.parent, labels: this.labels } };
  }
}

registerStage(spec.type, ({ options, uid, values, stages = [] }) => {
  const { parent, labels } = values as { parent: string; labels: Label[] };
  return new OneVsRestModel(options, stages.filter(isTransformer), labels, parent, uid);
});
