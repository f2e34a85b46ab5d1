import { concatMap, defer, mergeMap, type OperatorFunction } from 'rxjs';

import { FeatureEvent } from '../events/feature-event.js';
import type { StreamRecord } from '../record.js';
import { currentTask, type TaskContext } from '../topology/task-context.js';
import { fitHeadOffThread } from './fit-thread.js';
import type { Example } from './join-labels.js';
import { headId, modelKey, type ModelAlias, type ModelEvent, type ModelVersion, type TrainingSnapshot } from './model-event.js';
import { Ring } from './ring.js';

export interface RetrainOptions {
  /** The head that is trained, one version line per region. Its name is the identity of the state. */
  readonly head: string;
  /** Examples of a region between one training and the next. */
  readonly every: number;
  /** Examples of a region that are trained on at most, the newest. Default 2,000. */
  readonly window?: number;
  /** Weight of the squared coefficients of standardised features against the sum of losses: scikit-learn's 1/C. Default 100. */
  readonly penalty?: number;
}

interface Row {
  readonly offset: number;
  readonly label: string;
}

/**
 * Trains the head of a region anew whenever it has `every` more examples, on the features as they lie in the feature log, and emits the version and its
 * promotion. All of it is part of the epoch: a training that is killed begins again and ends in the same version, since the same examples give the same
 * bytes. A region that has shown only one class so far is left alone.
 */
export function retrain({
  head,
  every,
  window = 2000,
  penalty = 100,
}: RetrainOptions): OperatorFunction<StreamRecord<string, Example>, StreamRecord<string, ModelEvent>> {
  return (source) =>
    defer(() => {
      const task = currentTask('retrain');
      const rows = new Ring<Row>(task.store(`${head}-count`), task.store(`${head}-examples`), window);
      const champions = task.store<string>(`${head}-champion`);

      const onExample = async (record: StreamRecord<string, Example>): Promise<StreamRecord<string, ModelEvent>[]> => {
        const { key, value: example } = record;
        rows.push(key, { offset: example.feature.offset, label: example.label });
        const count = rows.count(key);
        if (count % every !== 0) return [];
        const snapshot = takeSnapshot(example, rows.values(key));
        if (new Set(snapshot.labels).size < 2) return [];

        const id = headId(head, key);
        const version = await train(task, id, snapshot, example, penalty);
        const previous = champions.get(key);
        champions.set(key, version.version);
        const champion: ModelAlias = {
          kind: 'alias',
          head: id,
          alias: 'champion',
          version: version.version,
          ...(previous !== undefined && { replaces: previous }),
          reason: previous === undefined ? `first ${count} labels` : `${every} new labels`,
          since: example.labelledAt,
        };
        return [version, champion].map((event) => ({ ...record, key: modelKey(event), value: event }));
      };
      return source.pipe(
        concatMap(onExample),
        mergeMap((events) => events),
      );
    });
}

/** The examples to train on: of a feature that was labelled more than once the last label, in offset order. */
function takeSnapshot({ feature: { topic, partition } }: Example, rows: readonly Row[]): TrainingSnapshot {
  const labels = new Map(rows.map(({ offset, label }) => [offset, label]));
  const offsets = [...labels.keys()].sort((a, b) => a - b);
  return { topic, partition, offsets, labels: offsets.map((offset) => labels.get(offset)!) };
}

/** Reads the snapshot's features from the feature log and fits a head on them, off the event loop. */
async function train(
  task: TaskContext,
  head: string,
  snapshot: TrainingSnapshot,
  example: Example,
  penalty: number,
): Promise<ModelVersion> {
  const { topic, partition, offsets, labels } = snapshot;
  const wanted = new Set(offsets);
  const features: Float32Array[] = [];
  const stretch = { topic, partition, from: offsets[0]!, to: offsets.at(-1)! };
  for await (const { offset, value } of task.replay(FeatureEvent, stretch)) if (wanted.has(offset)) features.push(value.features);
  const lineage = { featurizer: example.featurizer, penalty: String(penalty), examples: String(offsets.length) };
  const fitted = await fitHeadOffThread(matrix(features), labels, { name: head, regParam: penalty / offsets.length, lineage });
  const classes = Object.fromEntries(fitted.labels.map((label) => [label, labels.filter((other) => other === label).length]));
  return {
    kind: 'version',
    head,
    version: fitted.version,
    file: Buffer.from(fitted.encode()).toString('base64'),
    featurizer: example.featurizer,
    trainedAt: example.labelledAt,
    classes,
    snapshot,
  };
}

/** Vectors of equal length as the rows of one matrix. */
function matrix(rows: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const width = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * width);
  rows.forEach((row, index) => all.set(row, index * width));
  return all;
}
