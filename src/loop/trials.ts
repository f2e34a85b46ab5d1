import type { Store } from '../topology/store.js';
import type { ExampleRows } from './example-rows.js';
import type { Held, HeldVersions } from './held-versions.js';
import type { ModelAlias } from './model-event.js';
import { stageInWords, type Rollout, type Trial } from './rollout.js';

/** A challenger on its way to champion; plain data, for a store. */
export interface RunningTrial {
  readonly stage: number;
  /** Examples of the region when the stage began. */
  readonly since: number;
  /** Why it was trained. */
  readonly reason: string;
}

/** Examples from one look at a trial to the next. */
const LOOK = 10;
/** Share of bootstrap samples below which a version counts as worse than another on the same examples. */
export const WORSE = 0.05;

/**
 * The roll-outs of a head's challengers, one a region at a time. A challenger is scored beside the champion on every example that comes after it: a head
 * is a pure function of logged features, so what it says now of a frame is what it said, or would have said, when the frame came. At every tenth example
 * it is withdrawn if it is worse; at the end of a stage it goes on if it is at least as good in `confidence` of the bootstrap samples, else it is withdrawn;
 * after the last stage it is promoted.
 */
export class Trials {
  constructor(
    private readonly store: Store<RunningTrial>,
    private readonly held: HeldVersions,
    private readonly rows: ExampleRows,
    private readonly rollout: Required<Rollout>,
    private readonly confidence: number,
  ) {}

  running(key: string): boolean {
    return this.store.has(key);
  }

  /** Takes a version that has passed the gate. Without stages, and for a first head, it is champion at once. */
  begin(key: string, challenger: Held, reason: string, at: number): ModelAlias[] {
    const [percent] = this.rollout.stages;
    if (percent === undefined || !this.held.get(key, 'champion')) return this.held.promote(key, challenger, reason, at);
    this.store.set(key, { stage: 0, since: this.rows.count(key), reason });
    return [this.#point(key, challenger, `in ${stageInWords(percent)}: ${reason}`, at, { percent, judged: 0, right: 0, championRight: 0 })];
  }

  /** Looks at the trial of a region, if one is due, after an example has been added. */
  async onExample(key: string, at: number): Promise<ModelAlias[]> {
    const running = this.store.get(key);
    if (!running) return [];
    const lasted = this.rows.count(key) - running.since;
    const over = lasted >= this.rollout.labels;
    if (!over && lasted % LOOK !== 0) return [];
    const challenger = this.held.get(key, 'challenger')!;
    const found = await this.rows.compare(key, challenger, this.held.get(key, 'champion')!);
    if (!found) return [];

    const { one, other, share, figures } = found;
    const { stages } = this.rollout;
    const stage = running.stage + (over ? 1 : 0);
    if (share < (over ? this.confidence : WORSE)) return this.end(key, `worse than the champion, ${figures}`, at);
    if (stage === stages.length) {
      this.store.delete(key);
      const reason = `${running.reason}; after ${stages.map(stageInWords).join(' and ')}, ${figures}`;
      return [...this.held.promote(key, challenger, reason, at), this.#point(key, challenger, 'promoted', at)];
    }
    if (over) this.store.set(key, { ...running, stage, since: this.rows.count(key) });
    const percent = stages[stage]!;
    const trial = { percent, judged: one.right.length, right: sum(one.right), championRight: sum(other.right) };
    return [this.#point(key, challenger, `in ${stageInWords(percent)}: ${figures}`, at, trial)];
  }

  /** Withdraws the challenger that is on trial, if there is one. */
  end(key: string, why: string, at: number): ModelAlias[] {
    const running = this.store.get(key);
    if (!running) return [];
    this.store.delete(key);
    const percent = this.rollout.stages[running.stage]!;
    return [this.#point(key, this.held.get(key, 'challenger')!, `withdrawn from ${stageInWords(percent)}: ${why}`, at)];
  }

  #point(key: string, challenger: Held, reason: string, at: number, trial?: Trial): ModelAlias {
    return { ...this.held.point(key, 'challenger', challenger, reason, at), ...(trial && { trial }) };
  }
}

function sum(values: Uint8Array): number {
  return values.reduce((total, value) => total + value, 0);
}
