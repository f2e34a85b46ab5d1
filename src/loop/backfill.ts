import { filter } from 'rxjs';

import { error } from '../errors.js';
import { FeatureEvent } from '../events/feature-event.js';
import { PredictionEvent } from '../events/prediction-event.js';
import { topicWriter } from '../events/topic-writer.js';
import type { Log, Position } from '../log/log.js';
import { decodeHead } from '../ml/head/head.js';
import { predict } from '../operators/predict.js';
import type { StreamRecord } from '../record.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { systemClock, type Clock } from '../time/clock.js';
import type { App, AppOptions } from '../topology/app.js';
import { GlobalTable } from '../topology/global-table.js';
import { topology, type Topology } from '../topology/topology.js';
import { BackfillPlan, BACKFILLS_TOPIC, FEATURES_TOPIC, headName, planBackfill, type BackfillRequest } from './backfill-plan.js';
import { headIdsFor } from './model-event.js';
import type { ModelRegistry } from './model-registry.js';

/** What a back-fill needs of a runtime. */
export interface BackfillRuntime {
  readonly log: Log;
  readonly registry: SchemaRegistry;
  readonly modelRegistry: ModelRegistry;
  run(topology: Topology, options: Partial<AppOptions>): Promise<App>;
}

export interface BackfillOptions {
  /** Ends it after the epoch in work; the same request goes on later. */
  readonly signal?: AbortSignal;
  /** Called ten times a second with how many of the offsets in the range are committed. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Largest slice of an epoch. */
  readonly slice?: AppOptions['slice'];
  readonly clock?: Clock;
}

export interface BackfillResult {
  readonly plan: BackfillPlan;
  /** Where the predictions lie, and those of other versions and ranges of the head. */
  readonly topic: string;
  /** Whether it went on with an earlier plan. */
  readonly resumed: boolean;
  /** Predictions that this run has written. */
  readonly predictions: number;
  readonly deadLettered: number;
  readonly finished: boolean;
}

/** The topic of a head's back-filled predictions; that of live ones stays as it is. */
export function backfillTopic(head: string): string {
  return `predictions-backfill-${headName(head)}`;
}

/**
 * Scores the feature log again with given versions, into a topic of its own: what `predict` would have said live, under the same ids, exactly once. It
 * is an app with a group of its own, so several processes may share the work, live apps are left alone, and a killed one goes on with the plan that it
 * began, even where the champions have changed meanwhile. A request that is done writes nothing when it is made again; with an open end it goes on
 * from there. Features of another featurizer than the version's are left out.
 *
 * @throws HW_TOPIC_UNKNOWN without a feature log, HW_HEAD_WITHOUT_VERSION, HW_VERSION_UNKNOWN, HW_VERSION_PRUNED
 */
export async function backfill(runtime: BackfillRuntime, request: BackfillRequest, options: BackfillOptions = {}): Promise<BackfillResult> {
  const { signal, onProgress = () => undefined, slice, clock = systemClock } = options;
  const { log } = runtime;
  const topic = backfillTopic(request.head);
  const { plan, resumed } = await begin(runtime, request);
  const app = await runtime.run(scoring(plan, runtime.modelRegistry, topic), {
    app: plan.group,
    deadLetterTopic: `${topic}-dead-letter`,
    ...(slice && { slice }),
  });
  let finished = false;
  try {
    for (let before = -1; !finished && !signal?.aborted;) {
      const { done, total, behind } = await standing(log, plan);
      onProgress(done, total);
      // What never moves may be an end of Kafka's transaction markers; looking is not for every turn.
      finished = behind.length === 0 || (done === before && (await nothingUpTo(log, plan, behind)));
      before = done;
      if (!finished) await Promise.race([clock.sleep(100, signal), app.done]);
    }
  } finally {
    await app.stop();
  }
  const { out, deadLettered } = app.metrics;
  return { plan, topic, resumed, predictions: out.get(topic)?.records ?? 0, deadLettered, finished };
}

/** The plan that the request has begun and not ended, else a new one, written down, with its group at the start. */
async function begin(
  { log, registry, modelRegistry }: BackfillRuntime,
  request: BackfillRequest,
): Promise<{ plan: BackfillPlan; resumed: boolean }> {
  await log.createTopics([{ name: BACKFILLS_TOPIC, partitions: 1, cleanup: 'compact' }]);
  const table = await GlobalTable.open({ log, registry, topic: BACKFILLS_TOPIC, format: BackfillPlan });
  const known = new Map(table.entries());
  await table.close();
  const same = JSON.stringify(request);
  for (const plan of known.values()) {
    if (JSON.stringify(plan.request) !== same) continue;
    const { behind } = await standing(log, plan);
    if (behind.length > 0 && !(await nothingUpTo(log, plan, behind))) {
      await startAt(log, plan);
      return { plan, resumed: true };
    }
  }

  const fresh = await planBackfill(log, modelRegistry, request);
  const ended = known.get(fresh.group);
  const plan = ended ? { ...fresh, starts: ended.ends } : fresh;
  // The group has read on while its last partition was at work: first back, then the plan that needs it there.
  if (ended) await log.resetOffsets(plan.group, ended.ends);
  await topicWriter({ log, registry, topic: BACKFILLS_TOPIC, format: BackfillPlan })([{ key: plan.group, value: plan }]);
  await startAt(log, plan);
  return { plan, resumed: false };
}

async function startAt(log: Log, { group, starts }: BackfillPlan): Promise<void> {
  if ((await log.committed(group)).length === 0) await log.resetOffsets(group, starts);
}

interface Standing {
  readonly done: number;
  readonly total: number;
  /** Where the partitions are that have not come to their end. */
  readonly behind: readonly Position[];
}

async function standing(log: Log, { group, starts, ends }: BackfillPlan): Promise<Standing> {
  const committed = await log.committed(group);
  let [done, total] = [0, 0];
  const behind: Position[] = [];
  ends.forEach((end, at) => {
    const start = starts[at]!.offset;
    const offset = committed.find(({ partition }) => partition === end.partition)?.offset ?? start;
    total += end.offset - start;
    done += Math.min(Math.max(offset, start), end.offset) - start;
    if (offset < end.offset) behind.push({ ...end, offset });
  });
  return { done, total, behind };
}

/** Whether no record lies between where the partitions are and their ends. */
async function nothingUpTo(log: Log, { ends }: BackfillPlan, behind: readonly Position[]): Promise<boolean> {
  for (const position of behind) {
    const end = ends.find(({ partition }) => partition === position.partition)!;
    const reader = await log.reader([position]);
    try {
      if (await reader.atEnd()) continue;
      const [next] = await reader.fetch({ records: 1, waitMs: 100 });
      if (next === undefined || next.offset < end.offset) return false;
    } finally {
      await reader.close();
    }
  }
  return true;
}

/** Predictions with the plan's versions, of the features in its range that they know how to read. */
function scoring({ request, versions, starts, ends }: BackfillPlan, registry: ModelRegistry, topic: string): Topology {
  const name = headName(request.head);
  const kept = new Map(registry.versions().map((made) => [`${made.head}/${made.version}`, made]));
  const heads = new Map(
    versions.map(({ head, version }) => {
      const made = kept.get(`${head}/${version}`);
      if (!made) throw error('HW_VERSION_PRUNED', { version, head });
      return [head, { featurizer: made.featurizer, version: decodeHead(Buffer.from(made.file, 'base64')) }];
    }),
  );
  const headFor = (camera: string, region: string) =>
    headIdsFor(name, camera, region)
      .map((id) => heads.get(id))
      .find((head) => head !== undefined);
  const inRange = ({ origin: { partition, offset }, timestamp }: StreamRecord): boolean => {
    const { from, to } = request;
    if (from && 'time' in from && timestamp < from.time) return false;
    if (to && 'time' in to && timestamp >= to.time) return false;
    const at = ends.findIndex((end) => end.partition === partition);
    return at >= 0 && offset >= starts[at]!.offset && offset < ends[at]!.offset;
  };
  return topology('backfill', ({ source, sink }) => {
    const features = source(FEATURES_TOPIC, FeatureEvent).pipe(
      filter((record) => inRange(record) && headFor(record.value.camera, record.value.region)?.featurizer === record.value.featurizer),
    );
    const pin = () => ({ headFor: (camera: string, region: string) => headFor(camera, region)?.version });
    sink(topic, PredictionEvent, features.pipe(predict({ name, pin })));
  });
}
