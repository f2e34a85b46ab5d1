import { error } from '../errors.js';
import type { Batch, Columns } from './dataset/batch.js';
import type { Dataset } from './dataset/dataset.js';
import { Estimator, isEstimator } from './estimator.js';
import { describeValue, type ParamMap } from './params.js';
import type { Snapshot, Stage, StageSpec } from './stage.js';
import { registerStage } from './stage-files.js';
import { SomeRows } from './some-rows.js';
import { isTransformer, Model, type Transformer } from './transformer.js';

type PipelineStage = Estimator | Transformer;

const pipelineSpec: StageSpec<object> = { type: 'Pipeline', params: {} };
const modelSpec: StageSpec<object> = { type: 'PipelineModel', params: {} };

/** Stages one after the other; the estimators among them are fitted on what the stages before them give. A pipeline may be a stage of another. */
export class Pipeline<const S extends readonly PipelineStage[] = readonly PipelineStage[]> extends Estimator<object, PipelineModel> {
  constructor(
    readonly stages: S,
    uid?: string,
  ) {
    super(pipelineSpec, {}, uid);
  }

  /** The stage at a place, with its own type: what `ParamGridBuilder.addGrid` wants. */
  stage<I extends number>(index: I): S[I] {
    return this.stages[index];
  }

  override children(): readonly Stage[] {
    return this.stages;
  }

  /** Throws HW_PARAM_INVALID for what is neither an estimator nor a transformer, or what a stage throws. */
  override validate(): void {
    for (const [at, stage] of this.stages.entries()) {
      const param = `stages[${at}]`;
      if (!isPipelineStage(stage))
        throw error('HW_PARAM_INVALID', { stage: 'Pipeline', param, expected: 'an estimator or a transformer', got: describeValue(stage) });
    }
    super.validate();
  }

  protected override copiedChildren(extra: ParamMap): object {
    return { stages: this.stages.map((stage) => stage.copy(extra)) };
  }

  async fit(dataset: Dataset): Promise<PipelineModel> {
    this.validate();
    const fitted: Transformer[] = [];
    const last = this.stages.findLastIndex(isEstimator);
    let data = dataset;
    for (const [index, stage] of this.stages.entries()) {
      const transformer = isEstimator(stage) ? await stage.fit(data) : stage;
      fitted.push(transformer);
      if (index < last) data = transformer.transform(data);
    }
    return new PipelineModel(fitted, this.uid);
  }
}

export function isPipeline(stage: Stage): stage is Pipeline {
  return stage instanceof Pipeline;
}

/** A fitted pipeline: one transformer. */
export class PipelineModel extends Model {
  constructor(
    readonly stages: readonly Transformer[],
    readonly parent: string,
    uid?: string,
  ) {
    super(modelSpec, {}, uid);
  }

  override children(): readonly Stage[] {
    return this.stages;
  }

  protected override copiedChildren(extra: ParamMap): object {
    return { stages: this.stages.map((stage) => stage.copy(extra)) };
  }

  override inputCols(): readonly string[] {
    const made = new Set<string>();
    const needed = new Set<string>();
    for (const stage of this.stages) {
      for (const name of stage.inputCols()) if (!made.has(name)) needed.add(name);
      for (const name of stage.outputCols()) made.add(name);
    }
    return [...needed];
  }

  override outputCols(): readonly string[] {
    return this.stages.flatMap((stage) => stage.outputCols());
  }

  override async compute(batch: Batch): Promise<Columns | SomeRows> {
    let left = batch;
    let places: Int32Array | undefined;
    for (const stage of this.stages) {
      const { batch: next, rows } = await stage.extend(left);
      if (rows !== undefined) {
        const before = places;
        places = before === undefined ? rows : rows.map((row) => before[row]!);
      }
      left = next;
    }
    return places === undefined ? left.columns : new SomeRows(places, left.columns);
  }

  override snapshot(): Snapshot {
    return { ...super.snapshot(), values: { parent: this.parent } };
  }
}

registerStage('Pipeline', ({ uid, stages = [] }) => new Pipeline(stages.filter(isPipelineStage), uid));
registerStage('PipelineModel', ({ uid, stages = [], values }) => {
  return new PipelineModel(stages.filter(isTransformer), values!['parent'] as string, uid);
});

function isPipelineStage(stage: Stage): stage is PipelineStage {
  return isEstimator(stage) || isTransformer(stage);
}
