import { json } from '../serde/json.js';
import type { Format } from '../serde/serde.js';
import type { GateReport } from './gate.js';
import type { Trial } from './rollout.js';
import type { GridReport } from './search-penalty.js';
import type { TimeSplit } from './split-by-time.js';
import type { TrainingMetrics } from './train-head.js';

/** Compacted topic of the model registry, keyed by `modelKey`. */
export const MODELS_TOPIC = 'models';

/** Where the examples of a version came from: enough to train it again. */
export interface TrainingSnapshot {
  readonly topic: string;
  readonly partition: number;
  /** Offsets of the examples' features, ascending. */
  readonly offsets: readonly number[];
  readonly labels: readonly string[];
  /** Content hash of features, labels and times. */
  readonly hash: string;
  /** How many of the newest come one after another: of the older ones some of the frequent labels have made room. Absent in versions that older releases made. */
  readonly unbroken?: number;
  /** Older examples that were left out, and forgotten, since the feature log no longer had their features. */
  readonly expired?: number;
}

/** A version of a head: its file, and how it came to be. */
export interface ModelVersion {
  readonly kind: 'version';
  /** The head's id: `name`, `name@camera` or `name@camera/region`. */
  readonly head: string;
  /** Content hash of `file`. */
  readonly version: string;
  /** The head file, base64. */
  readonly file: string;
  readonly featurizer: string;
  /** When the label that set off the training was given, milliseconds since 1970. */
  readonly trainedAt: number;
  /** Examples per class. */
  readonly classes: Readonly<Record<string, number>>;
  readonly snapshot: TrainingSnapshot;
  /** What set the training off. */
  readonly reason: string;
  /** Weight of the squared coefficients: scikit-learn's 1/C. */
  readonly penalty: number;
  /** How many rows of the snapshot, oldest first, the file has learned from: all once it was promoted, else those before the gap. */
  readonly learned: number;
  readonly split: TimeSplit;
  /** On the gate set, before the version was fitted again on all rows. */
  readonly metrics: TrainingMetrics;
  readonly gate: GateReport;
  /** Absent where the rows were too few for a search. */
  readonly search?: GridReport;
}

export type Alias = 'champion' | 'challenger' | 'previous';

/** Which version an alias of a head stands for, and why. */
export interface ModelAlias {
  readonly kind: 'alias';
  readonly head: string;
  readonly alias: Alias;
  readonly version: string;
  /** The version that it stood for before, if any. */
  readonly replaces?: string;
  readonly reason: string;
  readonly since: number;
  /** Of a challenger that is in its roll-out. */
  readonly trial?: Trial;
}

/** What retention has taken out of the registry, of one head. */
export interface PrunedVersions {
  readonly kind: 'pruned';
  readonly head: string;
  /** How many versions so far. */
  readonly count: number;
  /** The newest of them by name, the last 200. */
  readonly versions: readonly string[];
}

/** Takes a version out of the topic: null in the log. */
export interface VersionTombstone {
  readonly kind: 'tombstone';
  readonly head: string;
  readonly version: string;
}

/** A drift that has asked for a training, the last of a head. */
export interface ModelDrift {
  readonly kind: 'drift';
  readonly head: string;
  /** Which detector has found it, by how much, and in what. */
  readonly reason: string;
  /** Capture time of the frame at which it was found, milliseconds since 1970. */
  readonly at: number;
}

export type ModelEvent = ModelVersion | ModelAlias | ModelDrift | PrunedVersions | VersionTombstone;

const asJson = json<ModelEvent>();

/** Model events as JSON, tombstones as null: a topology of your own reads them by `nullable(ModelEvent)`. */
export const ModelEvent: Format<ModelEvent> = {
  ...asJson,
  bind(context) {
    const serde = asJson.bind(context);
    return { ...serde, serialize: (event) => (event.kind === 'tombstone' ? null : serde.serialize(event)) };
  },
};

/** The key under which the compacted topic keeps an event: each version once, of each alias the last, and of each head the last drift and what was pruned. */
export function modelKey(event: ModelEvent): string {
  switch (event.kind) {
    case 'version':
    case 'tombstone':
      return `version/${event.head}/${event.version}`;
    case 'alias':
      return `alias/${event.head}/${event.alias}`;
    case 'drift':
    case 'pruned':
      return `${event.kind}/${event.head}`;
  }
}

/** The id of the head `name` that serves one region (`camera/region`), one camera, or all. */
export function headId(name: string, scope?: string): string {
  return scope === undefined ? name : `${name}@${scope}`;
}

/** The ids of the heads `name` that may answer for a region, the most specific first. */
export function headIdsFor(name: string, camera: string, region: string): string[] {
  return [headId(name, `${camera}/${region}`), headId(name, camera), headId(name)];
}
