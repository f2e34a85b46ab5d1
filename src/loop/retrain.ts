import { concatMap, defer, EMPTY, filter, map, merge, mergeMap, type Observable, type OperatorFunction } from 'rxjs';

import { isError } from '../errors.js';
import type { StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';
import type { DriftEvent } from './drift/detect-drift.js';
import type { DriftDetector } from './drift/drift-detector.js';
import type { GateRules } from './gate.js';
import type { HeadCommand } from './head-command.js';
import type { Example } from './join-labels.js';
import type { Judgement } from './judge.js';
import { modelKey, type ModelEvent } from './model-event.js';
import type { Rollout } from './rollout.js';
import { Trainer } from './trainer.js';

export interface RetrainOptions {
  /** The head that is trained, one version line per region. Its name is the identity of the state. */
  readonly head: string;
  /** Examples of a region between one training and the next; a quarter of it where the first so many made no head, as when they show one label only. */
  readonly every: number;
  /**
   * Share of what a training learns from by which there have to be more examples for the next one, where that is more than `every`: then a training's cost for
   * each example stays the same however many there are, and the trainer keeps up. 0 trains at every `every`. Default 0.1.
   */
  readonly growth?: number;
  /**
   * A schedule beside them, as a cron pattern in UTC: the first label given at or after one of its times trains the region, once for all that have passed
   * meanwhile. Times are those of the labels, so a stream read again trains at the same places.
   */
  readonly cron?: string;
  /** Judged predictions of the head: with them a champion is watched for drift and for being worse than its predecessor. */
  readonly judged?: Observable<StreamRecord<string, Judgement>>;
  /** What people ask: a training, a promotion, a roll-back. */
  readonly commands?: Observable<StreamRecord<string, HeadCommand>>;
  /** Watches the error (0 or 1) of each prediction. Default: a Page-Hinkley test for a rise. */
  readonly drift?: DriftDetector<number>;
  /**
   * Drifts that were found elsewhere, by region: what `detectDrift` says of the features, which needs no labels, or of predictions' confidence, or both,
   * merged. They set a training off as one of the error does.
   */
  readonly drifts?: Observable<StreamRecord<string, DriftEvent>>;
  /**
   * Examples that are waited for between a drift and the training that it sets off, so that there is something new to learn: of frames captured since the
   * drift was found, since labels come late. Default half of `every`.
   */
  readonly coolDown?: number;
  /**
   * Examples of a region that are trained on at most: the newest of each label. Where there is one too many, the oldest of the label that has most makes room,
   * so that a rare label keeps what it has until all have equal shares. Those whose features the feature log no longer has are left out, and counted
   * (`headwater_labels_total`, `expired`). Default 2,000.
   */
  readonly window?: number;
  /** Penalties that are searched: scikit-learn's 1/C. Default 10, 30, 100, 300 and 1,000. */
  readonly penalties?: readonly number[];
  /** Penalty while the examples are too few for a search. Default 100. */
  readonly penalty?: number;
  /** Forward-chaining folds of the search. Default 3. */
  readonly folds?: number;
  /** Event time between what is learned from and what is judged on, in milliseconds. Default 1,000. */
  readonly gapMs?: number;
  /**
   * Milliseconds that a training may take; then it is given up and the record that set it off goes to the dead letters. Default 240,000, which an epoch's own
   * time limit leaves room for.
   */
  readonly deadlineMs?: number;
  /** Threads that a search may use beside predictions. Default 1. */
  readonly threads?: number;
  readonly gate?: GateRules;
  /**
   * Versions of a region that the registry keeps, the newest, beside those that an alias stands for; older ones are pruned, about 14 KiB each. Default 20.
   * What was pruned can be neither promoted nor replayed.
   */
  readonly keep?: number;
  /** What a challenger goes through between the gate and its promotion. Default nothing: it is promoted at once. A first head always is. */
  readonly rollout?: Rollout;
}

/**
 * Trains the head of a region anew whenever it has `every` more examples, its error or what else is watched has drifted, its schedule says so or somebody asks, on the features as they lie in the
 * feature log: a challenger that searches its penalty, is judged on the newest examples, which neither it nor the champion has learned from, and becomes
 * champion only if it passes the gate and then its `rollout`, if it has one. A champion that does worse than its predecessor did is rolled back once both, scored on the same examples, say so.
 * Emitted are versions with their verdicts, and the aliases that change. All of it is part of the epoch: a training that is killed begins again and ends
 * in the same version, since the same examples give the same bytes. A region whose older examples show only one label is left alone.
 */
export function retrain(options: RetrainOptions): OperatorFunction<StreamRecord<string, Example>, StreamRecord<string, ModelEvent>> {
  const { judged = EMPTY, drifts = EMPTY, commands = EMPTY, head } = options;
  return (examples) =>
    defer(() => {
      const task = currentTask('retrain');
      const trainer = new Trainer(task, options);
      /** A command that fails, or a training that takes too long, is the failure of its record; anything else is the epoch's. */
      const attempt = async (record: StreamRecord<string>, work: () => Promise<ModelEvent[]>, isCommand = false) => {
        const events = await work().catch((reason: unknown) => {
          if (!isCommand && !isError(reason, 'HW_TRAINING_LATE')) throw reason;
          task.fail(record, 'retrain', reason);
          return [];
        });
        return events.map((event) => ({ ...record, key: modelKey(event), value: event }));
      };
      const ownCommands = commands.pipe(filter(({ value }) => value.head === head));
      return merge(
        drifts.pipe(map((record) => () => attempt(record, () => Promise.resolve(trainer.onDrift(record.key, record.value))))),
        judged.pipe(map((record) => () => attempt(record, () => trainer.onJudgement(record.key, record.value)))),
        examples.pipe(map((record) => () => attempt(record, () => trainer.onExample(record.key, record.value)))),
        ownCommands.pipe(map((record) => () => attempt(record, () => trainer.onCommand(record.key, record.value), true))),
      ).pipe(
        concatMap((work) => work()),
        mergeMap((events) => events),
      );
    });
}
