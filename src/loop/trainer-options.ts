import type { DriftDetector } from './drift/drift-detector.js';
import type { GateRules } from './gate.js';
import type { Rollout } from './rollout.js';

/** How the heads of a task's regions are trained. */
export interface TrainerOptions {
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
  /** Watches the error (0 or 1) of each prediction. Default: a Page-Hinkley test for a rise. */
  readonly drift?: DriftDetector<number>;
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
