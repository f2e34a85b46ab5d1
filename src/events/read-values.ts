import type { Log, Position } from '../log/log.js';
import { readRecords, type ReadOptions } from '../log/read-records.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format } from '../serde/serde.js';

/** The decoded values of a topic, in the order of `readRecords`, and where they lie. Throws HW_TOPIC_UNKNOWN, HW_SERDE. */
export async function* readValues<T>(
  { log, registry }: { readonly log: Log; readonly registry: SchemaRegistry },
  topic: string,
  format: Format<T>,
  options?: ReadOptions,
): AsyncGenerator<{ readonly value: T; readonly position: Position }> {
  const serde = format.bind({ topic, side: 'value', registry });
  for await (const { value, partition, offset } of readRecords(log, topic, options)) {
    yield { value: await serde.deserialize(value), position: { topic, partition, offset } };
  }
}
