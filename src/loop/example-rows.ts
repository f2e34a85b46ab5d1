import { error } from '../errors.js';
import { FeatureEvent } from '../events/feature-event.js';
import { decodeHead } from '../ml/head/head.js';
import type { TaskContext } from '../topology/task-context.js';
import { scoreHead, type HeadScores } from './head-scores.js';
import { bytesOf, type Held } from './held-versions.js';
import type { Example } from './join-labels.js';
import { headId } from './model-event.js';
import { atLeastAsGood } from './paired-bootstrap.js';
import { ExampleWindow } from './example-window.js';
import { readTrainingSet, type FoundFeatures } from './training-set.js';

/** The examples of one featurizer, each feature with its last label, in offset order. */
interface Examples {
  readonly topic: string;
  readonly featurizer: string;
  readonly offsets: readonly number[];
  readonly labels: readonly string[];
}

/** Two versions on the same examples, which neither has learned from. */
export interface Comparison {
  readonly one: HeadScores;
  readonly other: HeadScores;
  /** Share of bootstrap samples in which `one` is at least as good. */
  readonly share: number;
  /** Accuracies and examples in words. */
  readonly figures: string;
}

/** The newest examples of a head, region by region and label by label; their features stay in the feature log. */
export class ExampleRows {
  readonly #window: ExampleWindow;

  constructor(
    private readonly task: TaskContext,
    private readonly head: string,
    size: number,
  ) {
    this.#window = new ExampleWindow(task.store(`${head}-window`), task.store(`${head}-rows`), size);
  }

  add(key: string, { feature: { topic, offset }, label, featurizer, corrects }: Example): void {
    if (corrects !== undefined) this.#window.remove(key, (row) => row.offset === offset, corrects);
    this.#window.add(key, { topic, offset, label, featurizer });
  }

  /** Examples that a region has had. */
  count(key: string): number {
    return this.#window.count(key);
  }

  /** Those of the newest featurizer. Throws HW_TOO_FEW_EXAMPLES where there are none. */
  newest(key: string): Examples {
    const all = this.#window.rows(key);
    if (all.length === 0) throw error('HW_TOO_FEW_EXAMPLES', { head: headId(this.head, key) });
    const { topic, featurizer } = all.reduce((newest, row) => (row.offset > newest.offset ? row : newest));
    const labels = new Map(all.filter((row) => row.featurizer === featurizer).map(({ offset, label }) => [offset, label]));
    const offsets = [...labels.keys()].sort((a, b) => a - b);
    return { topic, featurizer, offsets, labels: offsets.map((offset) => labels.get(offset)!) };
  }

  /** Their features, from the feature log, as far as it still has them. */
  read({ topic, offsets, labels }: Pick<Examples, 'topic' | 'offsets' | 'labels'>): Promise<FoundFeatures> {
    const wanted = { topic, partition: this.task.partition, offsets };
    return readTrainingSet(offsets, labels, this.task.readOffsets(FeatureEvent, wanted));
  }

  /** Lets go of the examples at `offsets` whose features were not `found`, and counts them as `expired`. How many there were. */
  forgetLost(key: string, { offsets }: Examples, found: readonly number[]): number {
    if (found.length === offsets.length) return 0;
    const kept = new Set(found);
    const lost = new Set(offsets.filter((offset) => !kept.has(offset)));
    const removed = this.#window.remove(key, ({ offset }) => lost.has(offset));
    for (let row = 0; row < removed; row++) this.task.countLabel(this.head, 'expired');
    return removed;
  }

  /** How many of `offsets`, ascending, come after the last example that had to make room for others: their labels are as frequent as they come in. */
  unbroken(key: string, offsets: readonly number[]): number {
    const leftTo = this.#window.leftTo(key);
    return offsets.filter((offset) => offset > leftTo).length;
  }

  /** Scores two versions on the examples that neither has learned from; undefined where there are none. */
  async compare(key: string, one: Held, other: Held): Promise<Comparison | undefined> {
    const { topic, offsets, labels } = this.newest(key);
    const unseen = offsets.findIndex((offset) => offset > Math.max(one.learnedTo, other.learnedTo));
    if (unseen < 0) return undefined;
    const rows = await this.read({ topic, offsets: offsets.slice(unseen), labels: labels.slice(unseen) });
    if (rows.labels.length === 0) return undefined;
    const [ours, theirs] = [one, other].map((held) => scoreHead(decodeHead(bytesOf(held)), rows.features, rows.labels));
    const share = atLeastAsGood(ours!.right, theirs!.right, 1000, 1);
    const figures = `${ours!.accuracy.toFixed(3)} against ${theirs!.accuracy.toFixed(3)} on ${rows.labels.length} examples`;
    return { one: ours!, other: theirs!, share, figures };
  }
}
