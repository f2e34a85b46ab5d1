import { createHistogram } from 'node:perf_hooks';

import type { LabelEvent } from '../events/label-event.js';
import type { PredictionEvent } from '../events/prediction-event.js';

/** Right answers of all that were judged. */
export class Score {
  right = 0;
  judged = 0;

  add(right: boolean): void {
    this.judged += 1;
    if (right) this.right += 1;
  }

  /** Share of right answers; NaN before the first. */
  get accuracy(): number {
    return this.right / this.judged;
  }
}

/** What is known of a region at the moment. */
export interface RegionTally {
  readonly last: PredictionEvent;
  readonly score: Score;
}

/** Frames that a label may still come for. */
const kept = 200;
/** Frames of a stretch whose accuracy is told by itself, and stretches that are kept. */
const stretch = 20;
const keptStretches = 200;

interface Frame {
  readonly writtenAt: number;
  readonly predictions: Map<string, PredictionEvent>;
  readonly complete: Promise<void>;
  readonly completed: () => void;
}

/**
 * Counts predictions as they are committed and judges them when their labels come. Only heads are judged: before its first head a region is answered by
 * the network's own thousand classes, which are none of the labels.
 */
export class Tally {
  /** Frames that were written. */
  frames = 0;
  predictions = 0;
  readonly score = new Score();
  /** All predictions of frames captured at or after `lateFrom`, an answer without a head counted as wrong. */
  readonly lateScore = new Score();
  /** Of every twenty frames, the last 200 times, oldest first, an answer without a head counted as wrong. */
  readonly stretches: Score[] = [];
  readonly regions = new Map<string, RegionTally>();
  /** From the writing of a frame to the reading of each of its predictions, in microseconds. */
  readonly latency = createHistogram();
  readonly #frames = new Map<number, Frame>();
  #judgedFrames = 0;
  #lastJudged = -Infinity;

  constructor(
    private readonly regionsPerFrame: number,
    private readonly lateFrom = Infinity,
  ) {}

  /** A frame is about to be written. */
  onFrame(capturedAt: number): void {
    this.frames += 1;
    let completed = (): void => undefined;
    const complete = new Promise<void>((resolve) => (completed = resolve));
    this.#frames.set(capturedAt, { writtenAt: performance.now(), predictions: new Map(), complete, completed });
    if (this.#frames.size > kept) this.#frames.delete(this.#frames.keys().next().value!);
  }

  /** Resolves when all regions of a frame have been predicted; at once for a frame that is no longer known. */
  async predicted(capturedAt: number): Promise<void> {
    await this.#frames.get(capturedAt)?.complete;
  }

  onPrediction(prediction: PredictionEvent): void {
    const { region, capturedAt } = prediction;
    this.predictions += 1;
    this.regions.set(region, { last: prediction, score: this.regions.get(region)?.score ?? new Score() });
    const frame = this.#frames.get(capturedAt);
    if (!frame) return;
    this.latency.record(Math.max(1, Math.round((performance.now() - frame.writtenAt) * 1000)));
    frame.predictions.set(region, prediction);
    if (frame.predictions.size === this.regionsPerFrame) frame.completed();
  }

  onLabel({ region, capturedAt, label }: LabelEvent): void {
    const prediction = this.#frames.get(capturedAt)?.predictions.get(region);
    if (!prediction) return;
    const right = prediction.label === label;
    if (capturedAt > this.#lastJudged) {
      if (this.#judgedFrames++ % stretch === 0) this.stretches.push(new Score());
      if (this.stretches.length > keptStretches) this.stretches.shift();
      this.#lastJudged = capturedAt;
    }
    this.stretches.at(-1)!.add(right);
    if (capturedAt >= this.lateFrom) this.lateScore.add(right);
    if (prediction.head.name === 'classifier') return;
    this.score.add(right);
    this.regions.get(region)?.score.add(right);
  }
}
