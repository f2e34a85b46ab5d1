import { concatMap, defer, mergeMap, type OperatorFunction } from 'rxjs';

import { FeatureEvent } from '../events/feature-event.js';
import type { StreamRecord } from '../record.js';
import { currentTask, type TaskContext } from '../topology/task-context.js';
import type { Store } from '../topology/store.js';
import type { GateRules } from './gate.js';
import type { Example } from './join-labels.js';
import { headId, modelKey, type Alias, type ModelAlias, type ModelEvent, type ModelVersion } from './model-event.js';
import { Ring } from './ring.js';
import type { Training, TrainingOptions } from './train-head.js';
import { trainHeadOffThread } from './training-thread.js';
import { readTrainingSet } from './training-set.js';

export interface RetrainOptions {
  /** The head that is trained, one version line per region. Its name is the identity of the state. */
  readonly head: string;
  /** Examples of a region between one training and the next. */
  readonly every: number;
  /** Examples of a region that are trained on at most, the newest. Default 2,000. */
  readonly window?: number;
  /** Penalties that are searched: scikit-learn's 1/C. Default 10, 30, 100, 300 and 1,000. */
  readonly penalties?: readonly number[];
  /** Penalty while the examples are too few for a search. Default 100. */
  readonly penalty?: number;
  /** Forward-chaining folds of the search. Default 3. */
  readonly folds?: number;
  /** Event time between what is learned from and what is judged on, in milliseconds. Default 1,000. */
  readonly gapMs?: number;
  /** Threads that a search may use beside predictions. Default 1. */
  readonly threads?: number;
  readonly gate?: GateRules;
}

interface Row {
  readonly offset: number;
  readonly label: string;
  readonly featurizer: string;
}

/** A version as the trainer keeps it, to judge challengers against. */
interface Held {
  readonly version: string;
  /** Base64. */
  readonly file: string;
  /** Offset of the newest feature that it has learned from. */
  readonly learnedTo: number;
}

/**
 * Trains the head of a region anew whenever it has `every` more examples, on the features as they lie in the feature log: a challenger that searches its
 * penalty, is judged on the newest examples, which neither it nor the champion has learned from, and becomes champion only if it passes the gate. It
 * emits the version with its verdicts, and the aliases that change. All of it is part of the epoch: a training that is killed begins again and ends in
 * the same version, since the same examples give the same bytes. A region whose older examples show only one label is left alone.
 */
export function retrain(options: RetrainOptions): OperatorFunction<StreamRecord<string, Example>, StreamRecord<string, ModelEvent>> {
  return (source) =>
    defer(() => {
      const trainer = new Trainer(currentTask('retrain'), options);
      return source.pipe(
        concatMap(async (record) => {
          const events = await trainer.onExample(record.key, record.value);
          return events.map((event) => ({ ...record, key: modelKey(event), value: event }));
        }),
        mergeMap((events) => events),
      );
    });
}

/** The version lines of a head in one task. */
class Trainer {
  readonly #rows: Ring<Row>;
  readonly #held: Store<Held>;
  readonly #training: TrainingOptions;

  constructor(
    private readonly task: TaskContext,
    private readonly options: RetrainOptions,
  ) {
    const { head, window = 2000, penalties = [10, 30, 100, 300, 1000], penalty = 100, folds = 3, gapMs = 1000, threads = 1 } = options;
    this.#rows = new Ring(task.store(`${head}-count`), task.store(`${head}-examples`), window);
    this.#held = task.store(`${head}-held`);
    this.#training = { penalties, penalty, folds, gapMs, threads, gate: options.gate ?? {} };
  }

  async onExample(key: string, { feature, label, featurizer, labelledAt }: Example): Promise<ModelEvent[]> {
    this.#rows.push(key, { offset: feature.offset, label, featurizer });
    const count = this.#rows.count(key);
    const { every } = this.options;
    if (count % every !== 0) return [];
    const first = this.#held.get(`${key}/champion`) === undefined;
    return this.#train(key, feature, featurizer, first ? `first ${count} labels` : `${every} new labels`, labelledAt);
  }

  async #train(
    key: string,
    { topic, partition }: Example['feature'],
    featurizer: string,
    reason: string,
    trainedAt: number,
  ): Promise<ModelEvent[]> {
    const { offsets, labels } = this.#newest(key, featurizer);
    const place = { topic, partition };
    const rows = await readTrainingSet(
      offsets,
      labels,
      this.task.replay(FeatureEvent, { ...place, from: offsets[0]!, to: offsets.at(-1)! }),
    );
    const head = headId(this.options.head, key);
    const champion = this.#held.get(`${key}/champion`);
    const training = await trainHeadOffThread({
      head,
      featurizer,
      rows,
      options: this.#training,
      ...(champion && { champion: { file: bytesOf(champion), fresh: offsets.filter((offset) => offset > champion.learnedTo).length } }),
    });
    if (training === undefined) return [];

    const { version, file, penalty, learned, split, metrics, gate, search } = training;
    const encoded = Buffer.from(file).toString('base64');
    const classes = countsOf(labels.slice(0, learned));
    const snapshot = { ...place, offsets, labels, hash: training.rows };
    const made: ModelVersion = {
      kind: 'version',
      head,
      version,
      file: encoded,
      featurizer,
      trainedAt,
      classes,
      snapshot,
      reason,
      penalty,
      learned,
      split,
      metrics,
      gate,
      ...(search && { search }),
    };
    const held: Held = { version, file: encoded, learnedTo: offsets[learned - 1]! };
    return [made, ...this.#rollOut(key, held, training, reason, trainedAt)];
  }

  /** A challenger that passed takes the champion's place, whose own becomes `previous`. */
  #rollOut(key: string, held: Held, { gate }: Training, reason: string, since: number): ModelEvent[] {
    if (!gate.promoted) {
      const refusals = gate.verdicts.filter(({ passed }) => !passed).map((verdict) => verdict.reason);
      return [this.#point(key, 'challenger', held, `refused: ${refusals.join('; ')}`, since)];
    }
    const champion = this.#held.get(`${key}/champion`);
    const before = champion ? [this.#point(key, 'previous', champion, `replaced by ${held.version}`, since)] : [];
    return [...before, this.#point(key, 'champion', held, reason, since)];
  }

  #point(key: string, alias: Alias, held: Held, reason: string, since: number): ModelAlias {
    const replaces = this.#held.get(`${key}/${alias}`)?.version;
    this.#held.set(`${key}/${alias}`, held);
    const head = headId(this.options.head, key);
    return { kind: 'alias', head, alias, version: held.version, ...(replaces !== undefined && { replaces }), reason, since };
  }

  /** The examples to train on: those of one featurizer, of a feature that was labelled more than once the last label, in offset order. */
  #newest(key: string, featurizer: string): { readonly offsets: readonly number[]; readonly labels: readonly string[] } {
    const rows = this.#rows.values(key).filter((row) => row.featurizer === featurizer);
    const labels = new Map(rows.map(({ offset, label }) => [offset, label]));
    const offsets = [...labels.keys()].sort((a, b) => a - b);
    return { offsets, labels: offsets.map((offset) => labels.get(offset)!) };
  }
}

function bytesOf({ file }: Held): Uint8Array {
  return Uint8Array.from(Buffer.from(file, 'base64'));
}

function countsOf(labels: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const label of [...labels].sort()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries(counts);
}
