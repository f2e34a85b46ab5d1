import type { Head, ModelVersion } from '../../src/index.js';

/** A head as the registry keeps it, its training left out. */
export function registered(head: Head): ModelVersion {
  return {
    kind: 'version',
    head: head.name,
    version: head.version,
    file: Buffer.from(head.encode()).toString('base64'),
    featurizer: 'bench',
    trainedAt: 0,
    classes: { clear: 2, occupied: 2 },
    snapshot: { topic: 'features', partition: 0, offsets: [], labels: [], hash: '' },
    reason: 'bench',
    penalty: 0,
    learned: 4,
    split: { train: 4, gate: 4 },
    metrics: { rows: 0, accuracy: 1, logLoss: 0, calibrationError: 0 },
    gate: { promoted: true, verdicts: [] },
  };
}
