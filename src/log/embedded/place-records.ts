import { error } from '../../errors.js';
import type { NewRecord } from '../../record.js';
import type { Clock } from '../../time/clock.js';
import type { TopicInfo } from '../log.js';
import type { Partitioner } from '../partitioner.js';
import type { PlacedRecord } from './storage.js';

/** Settles partition and event time of records. Throws HW_PARTITION_UNKNOWN, HW_RECORD_TIMESTAMP, HW_RECORD_WITHOUT_KEY and what `topicOf` throws. */
export function placeRecords(
  records: readonly NewRecord[],
  topicOf: (name: string) => TopicInfo,
  partitioner: Partitioner,
  clock: Clock,
): PlacedRecord[] {
  return records.map((record) => {
    const { topic, key, value, timestamp = clock.now(), headers = [] } = record;
    const { partitions, cleanup } = topicOf(topic);
    const partition = partitioner.partitionOf(record, partitions);
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
      throw error('HW_PARTITION_UNKNOWN', { topic, partitions, partition });
    }
    if (!Number.isSafeInteger(timestamp)) throw error('HW_RECORD_TIMESTAMP', { topic, timestamp });
    if (cleanup === 'compact' && key === null) throw error('HW_RECORD_WITHOUT_KEY', { topic });
    return { topic, partition, timestamp, key, value, headers };
  });
}
