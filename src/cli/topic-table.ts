import { Dataset } from '../ml/dataset/dataset.js';
import { storedValue } from '../ml/dataset/plain-value.js';
import type { Row } from '../ml/dataset/batch.js';
import type { Log } from '../log/log.js';
import { readRecords } from '../log/read-records.js';
import type { LogRecord } from '../record.js';
import type { SchemaRegistry } from '../serde/registry.js';
import { hasFields } from '../serde/has-fields.js';
import { selfDescribing } from '../serde/self-describing.js';

/** Records that are looked at for the names of columns. */
const SAMPLE = 200;

/**
 * A topic as it stands now as a table: `key`, `timestamp`, `partition`, `offset`, and the fields of the values, or `value` where they have none. What its
 * first records lack is no column. `last`: only so many records of each partition. Throws HW_TOPIC_UNKNOWN.
 */
export async function topicTable(log: Log, registry: SchemaRegistry, topic: string, last = Infinity): Promise<Dataset> {
  const decode = selfDescribing(registry);
  const columns = new Set(['key', 'timestamp', 'partition', 'offset']);
  let seen = 0;
  for await (const record of readRecords(log, topic)) {
    for (const name of Object.keys(rowOf(await decode(record.value), record))) columns.add(name);
    if (++seen === SAMPLE) break;
  }
  const bounds = await log.bounds(topic);
  return Dataset.fromTopic<{ readonly decoded: unknown }>(log, topic, {
    serde: { serialize: () => null, deserialize: async (bytes) => ({ decoded: await decode(bytes) }) },
    columns: [...columns],
    row: ({ decoded }, record) => rowOf(decoded, record),
    from: bounds.map(({ partition, latest }) => ({ topic, partition, offset: Math.max(0, latest - last) })),
  });
}

function rowOf(value: unknown, { key, timestamp, partition, offset }: LogRecord): Row {
  const fields = hasFields(value)
    ? Object.entries(value).map(([name, field]) => [name, storedValue(field)] as const)
    : [['value', value] as const];
  return { key: key && Buffer.from(key).toString(), timestamp, partition, offset, ...Object.fromEntries(fields) };
}
