import { fitHead } from '../ml/head/fit-head.js';
import { decodeHead, type Head } from '../ml/head/head.js';
import { gate, type GateReport, type GateRules } from './gate.js';
import { scoreHead, type HeadScores } from './head-scores.js';
import { searchPenalty, type GridReport } from './search-penalty.js';
import { splitByTime, splitSinceSecondLabel, type TimeSplit } from './split-by-time.js';
import { contentHash, rowsBetween, type LabelledFeatures } from './training-set.js';

/** Plain data: it travels to the training thread. */
export interface TrainingTask {
  readonly head: string;
  readonly featurizer: string;
  readonly rows: LabelledFeatures;
  /** How many of the newest rows come one after another, so that labels are as frequent among them as they come in. Default all. */
  readonly unbroken?: number;
  /** Whom the challenger is judged against, and how many of the newest rows it has not learned from. */
  readonly champion?: { readonly file: Uint8Array; readonly fresh: number };
  readonly options: TrainingOptions;
}

export interface TrainingOptions {
  /** Weights of the squared coefficients of standardised features against the sum of losses (scikit-learn's 1/C) that are searched. */
  readonly penalties: readonly number[];
  /** Used while the rows are too few for a search. */
  readonly penalty: number;
  /** Forward-chaining folds of the search. */
  readonly folds: number;
  /** Event time in milliseconds between what is learned from and what is judged on. */
  readonly gapMs: number;
  /** Threads that the search may use. */
  readonly threads: number;
  readonly gate: GateRules;
}

/** How a challenger did on the gate set. */
export interface TrainingMetrics {
  readonly rows: number;
  readonly accuracy: number;
  readonly logLoss: number;
  readonly calibrationError: number;
  /** The champion's accuracy on the same rows. */
  readonly championAccuracy?: number;
}

export interface Training {
  readonly version: string;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly penalty: number;
  /** Content hash of the rows. */
  readonly rows: string;
  /** Rows that the file has learned from: all of them once promoted, else those before the gap. */
  readonly learned: number;
  readonly split: TimeSplit;
  readonly metrics: TrainingMetrics;
  readonly gate: GateReport;
  readonly search?: GridReport;
}

/**
 * Trains a challenger on all but the newest rows, judges it on those, and, if it passes, fits it again on all rows. The same task gives the same bytes.
 * Where older rows have made room label by label, the head learns from labels that are more equally frequent than they come in, and is not corrected for it:
 * it then finds rare labels more often and says them with too much confidence rather than too little. It is judged, as folds are, on rows that are as they
 * come in, so that the gate's accuracy, comparison and calibration error are those of the stream. Undefined where the rows to learn from show only one label.
 */
export async function trainHead({
  head,
  featurizer,
  rows,
  unbroken = rows.labels.length,
  champion,
  options,
}: TrainingTask): Promise<Training | undefined> {
  const { penalty: standard, gapMs, gate: rules } = options;
  const rival = champion && { head: decodeHead(champion.file), fresh: champion.fresh };
  const comparable = rival?.head.width === rows.width ? rival : undefined;
  const split = splitOf(rows, comparable?.fresh, gapMs, unbroken);
  if (split === undefined) return undefined;
  const known = rowsBetween(rows, 0, split.train);
  const judged = rowsBetween(rows, split.gate, rows.labels.length);

  const older = Math.min(rows.labels.length - unbroken, split.train);
  const search = await searchPenalty(known, options, split.train - older);
  const penalty = search?.best ?? standard;
  const hash = contentHash(rows);
  const fit = (learned: LabelledFeatures): Head => fitRows(head, featurizer, learned, penalty, hash);
  const challenger = fit(known);
  const scores = scoreHead(challenger, judged.features, judged.labels);
  const others = comparable && scoreHead(comparable.head, judged.features, judged.labels);
  const cost = { bytes: challenger.encode().byteLength, latencyMs: predictionMs(challenger, rows) };
  const report = gate(scores, cost, others, rules);
  const winner = report.promoted ? fit(rows) : challenger;
  return {
    version: winner.version,
    file: Uint8Array.from(winner.encode()),
    penalty,
    rows: hash,
    learned: report.promoted ? rows.labels.length : split.train,
    split,
    metrics: metricsOf(scores, others),
    gate: report,
    ...(search && { search }),
  };
}

/** How often a prediction is timed: the shortest time is the head's own, the others are those of whom it shares the core with. */
const TIMINGS = 20;

/** Milliseconds that a prediction takes, at best. */
function predictionMs(head: Head, { features, width }: LabelledFeatures): number {
  const row = features.subarray(0, width);
  let shortest = Infinity;
  for (let timing = 0; timing < TIMINGS; timing++) {
    const began = performance.now();
    head.predict(row);
    shortest = Math.min(shortest, performance.now() - began);
  }
  return shortest;
}

/** Undefined where no split leaves two labels to learn from. */
function splitOf({ times, labels }: LabelledFeatures, fresh: number | undefined, gapMs: number, unbroken: number): TimeSplit | undefined {
  const split = splitByTime(times, fresh, gapMs, unbroken);
  if (labels.slice(0, split.train).some((label) => label !== labels[0])) return split;
  return fresh === undefined ? splitSinceSecondLabel(labels) : undefined;
}

/** Norm of the gradient at which a fit ends: probabilities are within about a millionth of the optimum's, in three quarters of the time of 1e-9. */
const TOLERANCE = 1e-6;

/** Fits a head on rows; its lineage names them, so that the same rows of another snapshot are another version. */
export function fitRows(head: string, featurizer: string, rows: LabelledFeatures, penalty: number, hash: string): Head {
  const learned = rows.labels.length;
  const lineage = { featurizer, penalty: String(penalty), rows: hash, learned: String(learned) };
  return fitHead(rows.features, rows.labels, { name: head, regParam: penalty / learned, tolerance: TOLERANCE, lineage });
}

function metricsOf({ right, accuracy, logLoss, calibrationError }: HeadScores, champion: HeadScores | undefined): TrainingMetrics {
  return { rows: right.length, accuracy, logLoss, calibrationError, ...(champion && { championAccuracy: champion.accuracy }) };
}
