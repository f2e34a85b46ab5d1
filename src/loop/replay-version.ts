import { FeatureEvent } from '../events/feature-event.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { replay } from '../topology/replay.js';
import type { ModelVersion } from './model-event.js';
import { fitRows } from './train-head.js';
import { contentHash, readTrainingSet, rowsBetween } from './training-set.js';

/** What training a version again gave. */
export interface ReplayedVersion {
  /** Whether the file is the same, byte by byte. */
  readonly equal: boolean;
  readonly version: string;
  /** Content hash of the rows as they lie in the log now. */
  readonly rows: string;
}

/** Trains a version again from its snapshot of the feature log. Throws HW_RECORDS_GONE where retention has dropped a part of it. */
export async function replayVersion(log: Log, registry: SchemaRegistry, made: ModelVersion): Promise<ReplayedVersion> {
  const { topic, partition, offsets, labels } = made.snapshot;
  const stretch = { topic, partition, from: offsets[0]!, to: offsets.at(-1)! };
  const rows = await readTrainingSet(offsets, labels, replay(log, registry, FeatureEvent, stretch));
  const hash = contentHash(rows);
  const { version } = fitRows(made.head, made.featurizer, rowsBetween(rows, 0, made.learned), made.penalty, hash);
  return { equal: version === made.version, version, rows: hash };
}
