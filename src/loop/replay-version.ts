import { error } from '../errors.js';
import { FeatureEvent } from '../events/feature-event.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { readOffsets } from '../topology/read-offsets.js';
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
  const rows = await readTrainingSet(offsets, labels, readOffsets(log, registry, FeatureEvent, { topic, partition, offsets }));
  if (rows.offsets.length < offsets.length) {
    const bounds = await log.bounds(topic);
    const earliest = bounds.find((bound) => bound.partition === partition)?.earliest ?? 0;
    throw error('HW_RECORDS_GONE', { topic, partition, from: offsets[0]!, earliest });
  }
  const hash = contentHash(rows);
  const { version } = fitRows(made.head, made.featurizer, rowsBetween(rows, 0, made.learned), made.penalty, hash);
  return { equal: version === made.version, version, rows: hash };
}
