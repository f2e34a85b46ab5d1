import { concatMap, defer, EMPTY, map, merge, mergeMap, type Observable, type OperatorFunction } from 'rxjs';

import type { StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';
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
  /** Examples of a region between one training and the next. */
  readonly every: number;
  /** Judged predictions of the head: with them a champion is watched for drift and for being worse than its predecessor. */
  readonly judged?: Observable<StreamRecord<string, Judgement>>;
  /** What people ask: a training, a promotion, a roll-back. */
  readonly commands?: Observable<StreamRecord<string, HeadCommand>>;
  /** Watches the error (0 or 1) of each prediction. Default: a Page-Hinkley test for a rise. */
  readonly drift?: DriftDetector<number>;
  /** Examples that are waited for between a drift and the training that it sets off, so that there is something new to learn. Default half of `every`. */
  readonly coolDown?: number;
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
  /** What a challenger goes through between the gate and its promotion. Default nothing: it is promoted at once. A first head always is. */
  readonly rollout?: Rollout;
}

/**
 * Trains the head of a region anew whenever it has `every` more examples, its error has drifted or somebody asks, on the features as they lie in the
 * feature log: a challenger that searches its penalty, is judged on the newest examples, which neither it nor the champion has learned from, and becomes
 * champion only if it passes the gate and then its `rollout`, if it has one. A champion that does worse than its predecessor did is rolled back once both, scored on the same examples, say so.
 * Emitted are versions with their verdicts, and the aliases that change. All of it is part of the epoch: a training that is killed begins again and ends
 * in the same version, since the same examples give the same bytes. A region whose older examples show only one label is left alone.
 */
export function retrain(options: RetrainOptions): OperatorFunction<StreamRecord<string, Example>, StreamRecord<string, ModelEvent>> {
  const { judged = EMPTY, commands = EMPTY, head } = options;
  return (examples) =>
    defer(() => {
      const task = currentTask('retrain');
      const trainer = new Trainer(task, options);
      const carryOut = async (record: StreamRecord<string, HeadCommand>): Promise<ModelEvent[]> => {
        if (record.value.head !== head) return [];
        try {
          return await trainer.onCommand(record.key, record.value);
        } catch (reason) {
          task.fail(record, 'retrain', reason);
          return [];
        }
      };
      return merge(
        judged.pipe(map((record) => ({ record, work: () => trainer.onJudgement(record.key, record.value) }))),
        examples.pipe(map((record) => ({ record, work: () => trainer.onExample(record.key, record.value) }))),
        commands.pipe(map((record) => ({ record, work: () => carryOut(record) }))),
      ).pipe(
        concatMap(async ({ record, work }) => (await work()).map((event) => ({ ...record, key: modelKey(event), value: event }))),
        mergeMap((events) => events),
      );
    });
}
