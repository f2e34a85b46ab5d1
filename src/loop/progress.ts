import { concatMap, defer, type OperatorFunction } from 'rxjs';

import { withValue, type StreamRecord } from '../record.js';
import { json } from '../serde/json.js';
import { currentTask } from '../topology/task-context.js';
import type { Judgement } from './judge.js';
import { headId } from './model-event.js';

/** Topic of the running accuracy of heads. */
export const HEAD_METRICS_TOPIC = 'head-metrics';

interface VersionTally {
  readonly version: string;
  readonly judged: number;
  readonly right: number;
}

/** How a head has done so far on predictions whose labels came later. */
export interface HeadMetrics {
  /** The head's id. */
  readonly head: string;
  readonly judged: number;
  readonly right: number;
  /** Share of right answers of the last predictions, an exponential mean over about `memory` of them. */
  readonly recent: number;
  /** Of the version that made the last prediction judged. */
  readonly version: VersionTally;
  /** When the last label was given, milliseconds since 1970. */
  readonly at: number;
}

/** Head metrics as JSON. */
export const HeadMetrics = json<HeadMetrics>();

export interface ProgressOptions {
  /** The head that is judged. Its name is the identity of the state. */
  readonly head: string;
  /** Judgements of a region from one figure to the next. Default 10. */
  readonly every?: number;
  /** Judgements that the recent accuracy looks back on. Default 20. */
  readonly memory?: number;
}

/** Versions of a region whose figures are kept: late labels and a canary judge more than the champion. */
const VERSIONS = 4;

/** Keeps the progressive accuracy of a head by region and emits it at every tenth judgement. */
export function progress({
  head,
  every = 10,
  memory = 20,
}: ProgressOptions): OperatorFunction<StreamRecord<string, Judgement>, StreamRecord<string, HeadMetrics>> {
  return (source) =>
    defer(() => {
      const task = currentTask('progress');
      const store = task.store<HeadMetrics>(`${head}-progress`);
      const tallies = task.store<readonly VersionTally[]>(`${head}-progress-versions`);
      return source.pipe(
        concatMap((record) => {
          const { version, predicted, label, labelledAt: at } = record.value;
          const before = store.get(record.key);
          const right = predicted === label ? 1 : 0;
          const judged = (before?.judged ?? 0) + 1;
          const known = tallies.get(record.key) ?? [];
          const { judged: ownJudged, right: ownRight } = known.find((tally) => tally.version === version) ?? { judged: 0, right: 0 };
          const own = { version, judged: ownJudged + 1, right: ownRight + right };
          const metrics: HeadMetrics = {
            head: headId(head, record.key),
            judged,
            right: (before?.right ?? 0) + right,
            recent: before ? before.recent + (right - before.recent) / Math.min(judged, memory) : right,
            version: own,
            at,
          };
          store.set(record.key, metrics);
          tallies.set(record.key, [own, ...known.filter((tally) => tally.version !== version)].slice(0, VERSIONS));
          return judged % every === 0 ? [withValue(record, metrics)] : [];
        }),
      );
    });
}
