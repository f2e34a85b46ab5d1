import { concatMap, defer, EMPTY, filter, map, merge, mergeMap, type Observable, type OperatorFunction } from 'rxjs';

import { isError } from '../errors.js';
import type { StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';
import type { DriftEvent } from './drift/detect-drift.js';
import type { HeadCommand } from './head-command.js';
import type { Example } from './join-labels.js';
import type { Judgement } from './judge.js';
import { modelKey, type ModelEvent } from './model-event.js';
import type { TrainerOptions } from './trainer-options.js';
import { Trainer } from './trainer.js';

export interface RetrainOptions extends TrainerOptions {
  /** Judged predictions of the head: with them a champion is watched for drift and for being worse than its predecessor. */
  readonly judged?: Observable<StreamRecord<string, Judgement>>;
  /** What people ask: a training, a promotion, a roll-back. */
  readonly commands?: Observable<StreamRecord<string, HeadCommand>>;
  /**
   * Drifts that were found elsewhere, by region: what `detectDrift` says of the features, which needs no labels, or of predictions' confidence, or both,
   * merged. They set a training off as one of the error does.
   */
  readonly drifts?: Observable<StreamRecord<string, DriftEvent>>;
}

/**
 * Trains the head of a region anew whenever it has `every` more examples, its error or what else is watched has drifted, its schedule says so or somebody
 * asks, on the features as they lie in the feature log: a challenger that searches its penalty, is judged on the newest examples, which neither it nor the
 * champion has learned from, and becomes champion only if it passes the gate and then its `rollout`, if it has one. A champion that does worse than its
 * predecessor did is rolled back once both, scored on the same examples, say so. Emitted are versions with their verdicts, and the aliases that change.
 *
 * All of it is part of the epoch: a training that is killed begins again and ends in the same version, since the same examples give the same bytes. A
 * region whose older examples show only one label is left alone.
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
