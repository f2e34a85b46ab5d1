import { error } from '../errors.js';
import { FeatureEvent } from '../events/feature-event.js';
import { decodeHead } from '../ml/head/head.js';
import type { TaskContext } from '../topology/task-context.js';
import { scoreHead, type HeadScores } from './head-scores.js';
import { bytesOf, type Held } from './held-versions.js';
import type { Example } from './join-labels.js';
import { headId } from './model-event.js';
import { atLeastAsGood } from './paired-bootstrap.js';
import { Ring } from './ring.js';
import { readTrainingSet, type LabelledFeatures } from './training-set.js';

interface Row {
  readonly topic: string;
  readonly offset: number;
  readonly label: string;
  readonly featurizer: string;
}

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

/** The newest examples of a head, region by region; their features stay in the feature log. */
export class ExampleRows {
  readonly #rows: Ring<Row>;

  constructor(
    private readonly task: TaskContext,
    private readonly head: string,
    window: number,
  ) {
    this.#rows = new Ring(task.store(`${head}-count`), task.store(`${head}-examples`), window);
  }

  add(key: string, { feature: { topic, offset }, label, featurizer }: Example): void {
    this.#rows.push(key, { topic, offset, label, featurizer });
  }

  /** Examples that a region has had. */
  count(key: string): number {
    return this.#rows.count(key);
  }

  /** Those of the newest featurizer. Throws HW_TOO_FEW_EXAMPLES where there are none. */
  newest(key: string): Examples {
    const all = this.#rows.values(key);
    const newest = all.at(-1);
    if (!newest) throw error('HW_TOO_FEW_EXAMPLES', { head: headId(this.head, key) });
    const { topic, featurizer } = newest;
    const labels = new Map(all.filter((row) => row.featurizer === featurizer).map(({ offset, label }) => [offset, label]));
    const offsets = [...labels.keys()].sort((a, b) => a - b);
    return { topic, featurizer, offsets, labels: offsets.map((offset) => labels.get(offset)!) };
  }

  /** Their features, from the feature log. Throws HW_RECORDS_GONE where retention has dropped the oldest. */
  read({ topic, offsets, labels }: Pick<Examples, 'topic' | 'offsets' | 'labels'>): Promise<LabelledFeatures> {
    const stretch = { topic, partition: this.task.partition, from: offsets[0]!, to: offsets.at(-1)! };
    return readTrainingSet(offsets, labels, this.task.replay(FeatureEvent, stretch));
  }

  /** Scores two versions on the examples that neither has learned from; undefined where there are none. */
  async compare(key: string, one: Held, other: Held): Promise<Comparison | undefined> {
    const { topic, offsets, labels } = this.newest(key);
    const unseen = offsets.findIndex((offset) => offset > Math.max(one.learnedTo, other.learnedTo));
    if (unseen < 0) return undefined;
    const rows = await this.read({ topic, offsets: offsets.slice(unseen), labels: labels.slice(unseen) });
    const [ours, theirs] = [one, other].map((held) => scoreHead(decodeHead(bytesOf(held)), rows.features, rows.labels));
    const share = atLeastAsGood(ours!.right, theirs!.right, 1000, 1);
    const figures = `${ours!.accuracy.toFixed(3)} against ${theirs!.accuracy.toFixed(3)} on ${rows.labels.length} examples`;
    return { one: ours!, other: theirs!, share, figures };
  }
}
