import type { Store } from '../topology/store.js';
import type { CronSchedule } from './cron-schedule.js';

/** What is known of a region's trainings; plain data, for a store. */
export interface TriggerState {
  /** Examples of the region when it was last trained, or was to be. */
  readonly trained: number;
  /** A training that a drift has asked for: it comes after so many more examples captured `since` then, milliseconds since 1970. */
  readonly drift?: { readonly reason: string; readonly since: number; readonly wanted: number };
  /** The next time of the schedule, milliseconds since 1970. */
  readonly tick?: number;
}

export interface TriggerRules {
  /** Examples between one training and the next, at least. */
  readonly every: number;
  /** Share of the examples that a training learns from by which the next one has to have more. */
  readonly growth: number;
  /** Examples that a training learns from at most. */
  readonly window: number;
  /** Examples of what came after a drift without which it sets no training off. */
  readonly coolDown: number;
  /** Examples that the champion has not learned from without which neither a drift nor the schedule sets a training off. */
  readonly enough: number;
  readonly cron?: { readonly pattern: string; readonly schedule: CronSchedule };
}

/** A region after its newest example. */
interface Moment {
  readonly count: number;
  /** Examples that are new to the champion; counted where it matters. */
  readonly fresh: () => number;
  /** When the newest label was given, and its frame captured, milliseconds since 1970. */
  readonly at: number;
  readonly capturedAt: number;
  /** Whether a challenger is in its roll-out: then only a drift sets a training off. */
  readonly onTrial: boolean;
  /** Whether it has no head yet: after a first training in vain a quarter of `every` is enough for the next. */
  readonly headless: boolean;
}

/**
 * What sets a region's trainings off: so many new examples, a drift, a schedule. All of it goes by the examples and by the times of their labels, so that
 * a stream read again trains at the same places. The first label at or after a time of the schedule sets its training off, once for however many times
 * have passed meanwhile. While the examples after a drift come in, none is set off by the number of examples.
 */
export class Triggers {
  constructor(
    private readonly store: Store<TriggerState>,
    private readonly rules: TriggerRules,
  ) {}

  /** Why a region is to be trained now, if it is. */
  due(key: string, { count, fresh, at, capturedAt, onTrial, headless }: Moment): string | undefined {
    const { every, growth, window, coolDown, enough, cron } = this.rules;
    const { trained, drift: asked, tick = cron?.schedule(at) } = this.store.get(key) ?? { trained: 0 };
    const drift = asked && { ...asked, wanted: asked.wanted - (capturedAt >= asked.since ? 1 : 0) };
    const usual = Math.max(every, Math.ceil(growth * Math.min(trained, window)));
    const wanted = headless && trained > 0 ? Math.ceil(every / 4) : usual;
    const ticked = tick !== undefined && at >= tick;
    const cooling = drift !== undefined && drift.wanted < coolDown;
    const reason =
      (drift && drift.wanted <= 0 && fresh() >= enough ? drift.reason : undefined) ??
      (!onTrial && ticked && fresh() >= enough ? `cron ${cron!.pattern}` : undefined) ??
      (!onTrial && !cooling && count - trained >= wanted ? `${usual} new labels` : undefined);
    const answered = reason !== undefined && (cooling || reason === drift?.reason);
    const next = { trained: reason === undefined ? trained : count, ...(drift && !answered && { drift }) };
    const after = ticked && reason !== undefined ? cron!.schedule(at) : tick;
    this.store.set(key, { ...next, ...(after !== undefined && { tick: after }) });
    return reason;
  }

  /** Asks for a training after the cool-down, which counts frames captured `since` then; false where one is waited for already. */
  onDrift(key: string, reason: string, since: number): boolean {
    const state = this.store.get(key) ?? { trained: 0 };
    if (state.drift) return false;
    this.store.set(key, { ...state, drift: { reason, since, wanted: this.rules.coolDown } });
    return true;
  }

  /** Notes a training that a person has asked for. */
  onTraining(key: string, count: number): void {
    const { tick } = this.store.get(key) ?? {};
    this.store.set(key, { trained: count, ...(tick !== undefined && { tick }) });
  }
}
