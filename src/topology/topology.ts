import type { Observable } from 'rxjs';

import { error } from '../errors.js';
import type { Models } from '../loop/models.js';
import type { StreamRecord } from '../record.js';
import type { Format } from '../serde/serde.js';

/** What a topology is written with. */
export interface TopologyBuilder {
  /** Records of a topic, decoded. A record that does not fit goes to the dead-letter topic. Keys are text unless `key` says otherwise. */
  readonly source: {
    <V>(topic: string, format: Format<V>): Observable<StreamRecord<string, V>>;
    <V, K>(topic: string, format: Format<V>, key: Format<K>): Observable<StreamRecord<K, V>>;
  };
  /** A named step: computed once however many streams read it, measured, drawn by `describe`. */
  readonly step: <T>(name: string, stream: Observable<T>) => Observable<T>;
  /** Writes a stream to a topic when the epoch commits. Keys are text unless `key` says otherwise. */
  readonly sink: {
    <V>(topic: string, format: Format<V>, stream: Observable<StreamRecord<string, V>>): void;
    <V, K>(topic: string, format: Format<V>, stream: Observable<StreamRecord<K, V>>, key: Format<K>): void;
  };
  /**
   * The same records under another key, in the partition of that key: through an internal topic, `<app>-<name>-repartition`, as Kafka Streams'
   * `repartition`. What is done by key after it sees all records of the key.
   */
  readonly repartition: <V>(
    name: string,
    format: Format<V>,
    stream: Observable<StreamRecord<string, V>>,
    key: (value: V, record: StreamRecord<string, V>) => string,
  ) => Observable<StreamRecord<string, V>>;
  /** Featurizers, detectors and heads by name. */
  readonly models: Models;
}

/** A pure function from named input streams to named output streams. */
export interface Topology {
  readonly name: string;
  readonly build: (builder: TopologyBuilder) => void;
}

/**
 * Names a topology. `build` runs once per task; its streams are subscribed once per epoch, so a bare `scan` starts anew each epoch and state that
 * lasts belongs in an operator that takes a name.
 *
 * @throws HW_TOPOLOGY_INVALID for a name that cannot be part of a topic's.
 */
export function topology(name: string, build: (builder: TopologyBuilder) => void): Topology {
  if (!/^[\w.-]{1,100}$/.test(name))
    throw error('HW_TOPOLOGY_INVALID', { topology: name, problem: 'its name has other characters than a-z A-Z 0-9 . _ -' });
  return { name, build };
}
