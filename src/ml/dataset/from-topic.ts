import type { Log, Position } from '../../log/log.js';
import type { LogRecord } from '../../record.js';
import type { Serde } from '../../serde/serde.js';
import { batchOfRows, type Batch, type Row } from './batch.js';
import { Dataset } from './dataset.js';

export interface TopicSlice<T> {
  readonly serde: Serde<T>;
  /** The columns of `row`. */
  readonly columns: readonly string[];
  /** A record's row; none for records to leave out. Default: the value itself. */
  readonly row?: (value: T, record: LogRecord) => Row | undefined;
  /** The first offset of each partition; those not named start at their earliest. */
  readonly from?: readonly Position[];
  /** The offset after the last of each partition; those not named end where they end now. */
  readonly to?: readonly Position[];
}

/**
 * A slice of a topic as a data set, in offset order within a partition. Its end is fixed when it is made, so that every use reads the
 * same records, as far as retention keeps them. Throws HW_TOPIC_UNKNOWN.
 */
export async function fromTopic<T extends object>(log: Log, topic: string, slice: TopicSlice<T>): Promise<Dataset> {
  const { serde, columns, row = (value: T): Row => Object.fromEntries(Object.entries(value)), from = [], to = [] } = slice;
  const bounds = await log.bounds(topic);
  const named = (positions: readonly Position[], partition: number) =>
    positions.find((position) => position.partition === partition)?.offset;
  const ranges = bounds.map(({ partition, earliest, latest }) => ({
    partition,
    start: Math.max(earliest, named(from, partition) ?? earliest),
    end: Math.min(latest, named(to, partition) ?? latest),
  }));
  return Dataset.fromBatches(columns, async function* (): AsyncGenerator<Batch> {
    for (const { partition, start, end } of ranges) {
      if (start >= end) continue;
      const reader = await log.reader([{ topic, partition, offset: start }]);
      try {
        for (let next = start; next < end && !(await reader.atEnd());) {
          const records = await reader.fetch({ waitMs: 500 });
          next = (records.at(-1)?.offset ?? next - 1) + 1;
          const inside = records.filter(({ offset, value }) => offset < end && value !== null);
          const rows = await Promise.all(inside.map(async (record) => row(await serde.deserialize(record.value), record)));
          const kept = rows.filter((each) => each !== undefined);
          if (kept.length > 0) yield batchOfRows(kept, columns);
        }
      } finally {
        await reader.close();
      }
    }
  });
}
