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
  due(key: string, moment: Moment): string | undefined {
    const state = this.#advanced(key, moment);
    const [ticked, cooling] = [this.#ticked(state, moment), this.#cooling(state)];
    const byDrift = this.#byDrift(state, moment);
    const reason = byDrift ?? (moment.onTrial ? undefined : (this.#bySchedule(ticked, moment) ?? this.#byCount(cooling, state, moment)));
    if (reason === undefined) {
      this.store.set(key, state);
      return undefined;
    }
    const { drift, tick } = state;
    const answered = cooling || reason === byDrift;
    const after = ticked ? this.rules.cron!.schedule(moment.at) : tick;
    this.store.set(key, { trained: moment.count, ...(drift && !answered && { drift }), ...(after !== undefined && { tick: after }) });
    return reason;
  }

  /** The state with this example counted for a drift that waits, and the first time of the schedule. */
  #advanced(key: string, { at, capturedAt }: Moment): TriggerState {
    const { trained, drift, tick = this.rules.cron?.schedule(at) } = this.store.get(key) ?? { trained: 0 };
    const counted = drift && { ...drift, wanted: drift.wanted - (capturedAt >= drift.since ? 1 : 0) };
    return { trained, ...(counted && { drift: counted }), ...(tick !== undefined && { tick }) };
  }

  #ticked({ tick }: TriggerState, { at }: Moment): boolean {
    return tick !== undefined && at >= tick;
  }

  /** Whether examples after a drift have begun to come in. */
  #cooling({ drift }: TriggerState): boolean {
    return drift !== undefined && drift.wanted < this.rules.coolDown;
  }

  #byDrift({ drift }: TriggerState, { fresh }: Moment): string | undefined {
    return drift && drift.wanted <= 0 && fresh() >= this.rules.enough ? drift.reason : undefined;
  }

  #bySchedule(ticked: boolean, { fresh }: Moment): string | undefined {
    return ticked && fresh() >= this.rules.enough ? `cron ${this.rules.cron!.pattern}` : undefined;
  }

  #byCount(cooling: boolean, { trained }: TriggerState, { count, headless }: Moment): string | undefined {
    const { every, growth, window } = this.rules;
    const usual = Math.max(every, Math.ceil(growth * Math.min(trained, window)));
    const wanted = headless && trained > 0 ? Math.ceil(every / 4) : usual;
    return !cooling && count - trained >= wanted ? `${usual} new labels` : undefined;
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
