import { error } from '../errors.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { Format } from '../serde/serde.js';

/** A stretch of one partition, `from` and `to` included. */
export interface Stretch {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Reads a stretch of a topic again, decoded, in offset order.
 *
 * @throws HW_RECORDS_GONE where retention has dropped its beginning
 */
export async function* replay<V>(
  log: Log,
  registry: SchemaRegistry,
  format: Format<V>,
  { topic, partition, from, to }: Stretch,
): AsyncGenerator<{ readonly offset: number; readonly value: V }> {
  const bounds = await log.bounds(topic);
  const earliest = bounds.find((bound) => bound.partition === partition)?.earliest ?? 0;
  if (earliest > from) throw error('HW_RECORDS_GONE', { topic, partition, from, earliest });
  const serde = format.bind({ topic, side: 'value', registry });
  const reader = await log.reader([{ topic, partition, offset: from }]);
  try {
    while (!(await reader.atEnd())) {
      for (const { offset, value } of await reader.fetch({ waitMs: 1000 })) {
        if (offset > to) return;
        yield { offset, value: await serde.deserialize(value) };
        if (offset === to) return;
      }
    }
  } finally {
    await reader.close();
  }
}
