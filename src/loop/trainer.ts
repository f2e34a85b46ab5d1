import { error } from '../errors.js';
import type { Store } from '../topology/store.js';
import type { TaskContext } from '../topology/task-context.js';
import { cronSchedule } from './cron-schedule.js';
import type { DriftEvent } from './drift/detect-drift.js';
import type { DriftDetector } from './drift/drift-detector.js';
import { pageHinkley } from './drift/page-hinkley.js';
import { ExampleRows } from './example-rows.js';
import { CONFIDENCE, GATE_ROWS } from './gate.js';
import type { HeadCommand } from './head-command.js';
import { bytesOf, HeldVersions, type Held } from './held-versions.js';
import type { Example } from './join-labels.js';
import type { Judgement } from './judge.js';
import { headId, type ModelEvent, type ModelVersion } from './model-event.js';
import { checkRollout } from './rollout.js';
import type { TrainingOptions, TrainingTask } from './train-head.js';
import { trainHeadOffThread } from './training-thread.js';
import { Trials, WORSE } from './trials.js';
import type { TrainerOptions } from './trainer-options.js';
import { Triggers } from './triggers.js';
import { KEEP_VERSIONS, VersionRetention } from './version-retention.js';
import { watchChampion, type Watch } from './watch-champion.js';

/** The version lines of a head in one task, one a region: what sets a training off, and what becomes of it. */
export class Trainer {
  readonly #rows: ExampleRows;
  readonly #held: HeldVersions;
  readonly #trials: Trials;
  readonly #retention: VersionRetention;
  readonly #triggers: Triggers;
  readonly #watch: Store<Watch>;
  readonly #training: TrainingOptions;
  readonly #detector: DriftDetector<number>;

  constructor(
    private readonly task: TaskContext,
    private readonly options: TrainerOptions,
  ) {
    const { head, window = 2000, penalties = [10, 30, 100, 300, 1000], penalty = 100, folds = 3, gapMs = 1000, threads = 1 } = options;
    this.#rows = new ExampleRows(task, head, window);
    this.#held = new HeldVersions(task.store(`${head}-held`), head);
    const { gate = {}, rollout = { stages: [] }, keep = KEEP_VERSIONS } = options;
    this.#retention = new VersionRetention(task.store(`${head}-registered`), this.#held, head, keep);
    this.#trials = new Trials(task.store(`${head}-trial`), this.#held, this.#rows, checkRollout(rollout), gate.confidence ?? CONFIDENCE);
    const { every, growth = 0.1, coolDown = Math.ceil(every / 2), cron: pattern } = options;
    const enough = Math.min(every, 2 * (gate.rows ?? GATE_ROWS));
    const cron = pattern === undefined ? undefined : { pattern, schedule: cronSchedule(pattern) };
    this.#triggers = new Triggers(task.store(`${head}-triggers`), { every, growth, window, coolDown, enough, ...(cron && { cron }) });
    this.#watch = task.store(`${head}-watch`);
    this.#training = { penalties, penalty, folds, gapMs, threads, gate };
    this.#detector = options.drift ?? pageHinkley({ mode: 'up', minInstances: 20, delta: 0.05, threshold: 6 });
  }

  /** While a challenger is in its roll-out, only a drift or a person sets the next training off. */
  async onExample(key: string, example: Example): Promise<ModelEvent[]> {
    const { labelledAt, capturedAt } = example;
    this.#rows.add(key, example);
    const count = this.#rows.count(key);
    const onTrial = this.#trials.running(key);
    const headless = this.#held.get(key, 'champion') === undefined;
    const reason = this.#triggers.due(key, { count, fresh: () => this.#fresh(key), at: labelledAt, capturedAt, onTrial, headless });
    if (reason === undefined) return this.#trials.onExample(key, labelledAt);
    return this.#train(key, headless ? `first ${count} labels` : reason, labelledAt);
  }

  async onJudgement(key: string, { version, predicted, label, labelledAt, capturedAt }: Judgement): Promise<ModelEvent[]> {
    const champion = this.#held.get(key, 'champion');
    if (!champion) return [];
    if (this.#trials.running(key) && version === this.#held.get(key, 'challenger')?.version) return []; // its trial judges it
    const news = watchChampion(this.#watch.get(key), champion.version, version, predicted === label, capturedAt, this.#detector);
    this.#watch.set(key, news.watch);
    const { name: detector } = this.#detector;
    const noted = news.drift === undefined ? [] : this.#noteDrift(key, { detector, statistic: news.drift, of: 'error' }, capturedAt);
    const compared = news.suspicious || news.drift !== undefined ? await this.#compare(key, labelledAt) : [];
    return [...noted, ...compared];
  }

  /** A drift that was found elsewhere: of the features, of the confidence. */
  onDrift(key: string, { detector, of, statistic, detectedAt }: DriftEvent): ModelEvent[] {
    if (this.#held.get(key, 'champion') === undefined) return []; // there is nothing yet that could have gone stale
    return this.#noteDrift(key, { detector, statistic, of }, detectedAt);
  }

  /** One drift is noted at a time: others of a region that is about to be trained tell nothing new. */
  #noteDrift(key: string, { detector, statistic, of }: Pick<DriftEvent, 'detector' | 'statistic' | 'of'>, at: number): ModelEvent[] {
    const reason = `drift: ${detector} ${statistic.toFixed(1)} on the ${of}`;
    return this.#triggers.onDrift(key, reason, at) ? [{ kind: 'drift', head: headId(this.options.head, key), reason, at }] : [];
  }

  /** @throws HW_CHAMPION_CHANGED, HW_NO_PREVIOUS, HW_NOTHING_TO_LEARN, HW_TOO_FEW_EXAMPLES, HW_VERSION_PRUNED */
  async onCommand(key: string, command: HeadCommand): Promise<ModelEvent[]> {
    const { reason, at, expected } = command;
    const champion = this.#held.get(key, 'champion');
    if (expected !== undefined && champion?.version !== expected) {
      throw error('HW_CHAMPION_CHANGED', { head: headId(this.options.head, key), expected, got: champion?.version ?? 'none' });
    }
    switch (command.action) {
      case 'retrain':
        return this.#trainByHand(key, reason, at);
      case 'rollback':
        return this.#rollBack(key, reason, at);
      case 'promote':
        if (this.#retention.isPruned(key, command.version)) {
          throw error('HW_VERSION_PRUNED', { version: command.version, head: headId(this.options.head, key) });
        }
        return [...this.#trials.end(key, reason, at), ...this.#held.promote(key, command, reason, at)];
    }
  }

  /** Examples that the champion has not learned from: all of them before there is one. */
  #fresh(key: string): number {
    const { offsets } = this.#rows.newest(key);
    const learnedTo = this.#held.get(key, 'champion')?.learnedTo ?? -1;
    return offsets.filter((offset) => offset > learnedTo).length;
  }

  async #trainByHand(key: string, reason: string, at: number): Promise<ModelEvent[]> {
    const events = await this.#train(key, reason, at);
    if (events.length === 0) {
      const problem = this.#fresh(key) === 0 ? 'it has learned from all examples so far' : 'the older examples show one label only';
      throw error('HW_NOTHING_TO_LEARN', { head: headId(this.options.head, key), problem });
    }
    this.#triggers.onTraining(key, this.#rows.count(key));
    return events;
  }

  async #train(key: string, reason: string, trainedAt: number): Promise<ModelEvent[]> {
    const newest = this.#rows.newest(key);
    const { topic, featurizer } = newest;
    const champion = this.#held.get(key, 'champion');
    if (newest.labels.every((label) => label === newest.labels[0])) return [];
    if (champion && this.#fresh(key) === 0) return [];
    const { offsets, ...rows } = await this.#rows.read(newest);
    const expired = this.#rows.forgetLost(key, newest, offsets);
    const { labels } = rows;
    const fresh = champion && offsets.filter((offset) => offset > champion.learnedTo).length;
    if (labels.every((label) => label === labels[0]) || fresh === 0) return [];
    const unbroken = this.#rows.unbroken(key, offsets);
    const head = headId(this.options.head, key);
    const request: TrainingTask = {
      head,
      featurizer,
      rows,
      unbroken,
      options: this.#training,
      ...(champion && fresh && { champion: { file: bytesOf(champion), fresh } }),
    };
    const { deadlineMs = 240_000 } = this.options;
    const training = await trainHeadOffThread(request, { deadlineMs, clock: this.task.clock });
    if (training === undefined) return [];

    const { rows: hash, file: bytes, ...made } = training;
    const file = Buffer.from(bytes).toString('base64');
    const snapshot = { topic, partition: this.task.partition, offsets, labels, hash, unbroken, expired };
    const classes = countsOf(labels.slice(0, made.learned));
    const version: ModelVersion = { kind: 'version', head, file, featurizer, trainedAt, classes, snapshot, reason, ...made };
    const held: Held = { version: made.version, file, learnedTo: offsets[made.learned - 1]! };
    const ended = this.#trials.end(key, `a newer training, ${reason}`, trainedAt);
    const refusals = made.gate.verdicts.filter(({ passed }) => !passed).map((verdict) => verdict.reason);
    const aliases = made.gate.promoted
      ? this.#trials.begin(key, held, reason, trainedAt)
      : [this.#held.point(key, 'challenger', held, `refused: ${refusals.join('; ')}`, trainedAt)];
    return [version, ...ended, ...aliases, ...this.#retention.onVersion(key, made.version)];
  }

  /** Scores the champion and the one before it on the examples that neither has learned from, and rolls back where they say so. */
  async #compare(key: string, at: number): Promise<ModelEvent[]> {
    const [champion, previous] = [this.#held.get(key, 'champion'), this.#held.get(key, 'previous')];
    if (!champion || !previous) return [];
    const found = await this.#rows.compare(key, champion, previous);
    if (!found || found.share >= WORSE) return [];
    return this.#rollBack(key, `rolled back: worse than the version before it, ${found.figures}`, at);
  }

  #rollBack(key: string, reason: string, at: number): ModelEvent[] {
    const previous = this.#held.get(key, 'previous');
    if (!previous) throw error('HW_NO_PREVIOUS', { head: headId(this.options.head, key) });
    return [...this.#trials.end(key, reason, at), ...this.#held.promote(key, previous, reason, at)];
  }
}

function countsOf(labels: readonly string[]): { readonly [label: string]: number } {
  const counts = new Map<string, number>();
  for (const label of [...labels].sort()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Object.fromEntries(counts);
}
