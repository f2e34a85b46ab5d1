import { error } from '../errors.js';
import type { Log } from '../log/log.js';
import { partitionName } from '../record.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { FramePosition } from './frame-position.js';
import { ImageEvent } from './image-event.js';

/** How long a record is waited for that ought to be there, in milliseconds. */
const waitMs = 2000;

/** The frame at a position of the log. Throws HW_TOPIC_UNKNOWN, HW_FRAME_UNKNOWN and HW_SERDE. */
export async function readFrame(log: Log, registry: SchemaRegistry, { topic, partition, offset }: FramePosition): Promise<ImageEvent> {
  const unknown = () => error('HW_FRAME_UNKNOWN', { position: `${partitionName({ topic, partition })}@${offset}` });
  const bounds = (await log.bounds(topic)).find((bound) => bound.partition === partition);
  if (!bounds || offset < bounds.earliest || offset >= bounds.latest) throw unknown();
  const reader = await log.reader([{ topic, partition, offset }]);
  try {
    const [record] = await reader.fetch({ records: 1, waitMs });
    if (record?.offset !== offset) throw unknown();
    return await ImageEvent.bind({ topic, side: 'value', registry }).deserialize(record.value);
  } finally {
    await reader.close();
  }
}
