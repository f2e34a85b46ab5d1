import type { Log, Position } from '../../log/log.js';
import type { LogRecord } from '../../record.js';
import type { Serde } from '../../serde/serde.js';
import { batchOfRows, type Batch, type Row } from './batch.js';
import { storedValue } from './plain-value.js';

export interface TopicSlice<T> {
  /** Such as `FeatureEvent.bind({ topic: 'features', side: 'value', registry })`. */
  readonly serde: Serde<T>;
  /** The columns of `row`. Default: those of the slice's first row. */
  readonly columns?: readonly string[];
  /** A record's row; none for records to leave out. Default: the value itself, with lists of numbers as vectors. */
  readonly row?: (value: T, record: LogRecord) => Row | undefined;
  /** The first offset of each partition; those not named start at their earliest. */
  readonly from?: readonly Position[];
  /** The offset after the last of each partition; those not named end where they end now. */
  readonly to?: readonly Position[];
}

/**
 * The columns of a slice of a topic and its batches, in offset order within a partition. Its end is fixed now, so that every reading gives
 * the same records, as far as retention keeps them. Throws HW_TOPIC_UNKNOWN.
 */
export async function topicBatches<T extends object>(
  log: Log,
  topic: string,
  slice: TopicSlice<T>,
): Promise<{ columns: readonly string[]; read: () => AsyncIterable<Batch> }> {
  const { serde, row = wholeValue, from = [], to = [] } = slice;
  const bounds = await log.bounds(topic);
  const named = (positions: readonly Position[], partition: number) =>
    positions.find((position) => position.partition === partition)?.offset;
  const ranges = bounds.map(({ partition, earliest, latest }) => ({
    partition,
    start: Math.max(earliest, named(from, partition) ?? earliest),
    end: Math.min(latest, named(to, partition) ?? latest),
  }));
  async function* rows(): AsyncGenerator<Row[]> {
    for (const { partition, start, end } of ranges) {
      if (start >= end) continue;
      const reader = await log.reader([{ topic, partition, offset: start }]);
      try {
        for (let next = start; next < end && !(await reader.atEnd());) {
          const records = await reader.fetch({ waitMs: 500 });
          next = (records.at(-1)?.offset ?? next - 1) + 1;
          const inside = records.filter(({ offset, value }) => offset < end && value !== null);
          const found = await Promise.all(inside.map(async (record) => row(await serde.deserialize(record.value), record)));
          const kept = found.filter((each) => each !== undefined);
          if (kept.length > 0) yield kept;
        }
      } finally {
        await reader.close();
      }
    }
  }
  const columns = slice.columns ?? (await firstNames(rows()));
  return {
    columns,
    read: async function* () {
      for await (const some of rows()) yield batchOfRows(some, columns);
    },
  };
}

function wholeValue(value: object): Row {
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, storedValue(each)]));
}

async function firstNames(rows: AsyncIterable<Row[]>): Promise<string[]> {
  for await (const [first] of rows) return Object.keys(first!);
  return [];
}
