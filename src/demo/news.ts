import type { ModelAlias, ModelDrift } from '../loop/model-event.js';

/** Entries that are kept. */
const kept = 100;

/** What has happened to heads: drifts and promotions, counted, the newest kept. */
export class News {
  promotions = 0;
  drifts = 0;
  /** Oldest first. */
  readonly recent: (ModelAlias | ModelDrift)[] = [];

  add(event: ModelAlias | ModelDrift): void {
    if (event.kind === 'drift') this.drifts += 1;
    else this.promotions += 1;
    this.recent.push(event);
    if (this.recent.length > kept) this.recent.shift();
  }

  /** Events since there were `count`, as far as they are kept. */
  since(count: number): readonly (ModelAlias | ModelDrift)[] {
    const fresh = this.promotions + this.drifts - count;
    return fresh > 0 ? this.recent.slice(-fresh) : [];
  }
}
