export interface SidedItem {
  readonly topic: 'left' | 'right';
  readonly key: string;
  readonly timestamp: number;
  readonly value: number;
}

interface Result {
  readonly key: string;
  readonly timestamp: number;
  readonly value: readonly [number | null, number | null];
}

type Type = 'inner' | 'left' | 'outer';

/** Every pair of records within the span, neither of which had closed when the later one came; what closes without a pair comes out alone. */
export function streamsReference(
  items: readonly SidedItem[],
  { before, after, grace, type }: { before: number; after: number; grace: number; type: Type },
): { out: Result[]; late: SidedItem[] } {
  const out: Result[] = [];
  const late: SidedItem[] = [];
  const pairs = new Set<SidedItem>();
  let arrived: SidedItem[] = [];
  let streamTime = -1;
  const closes = ({ topic, timestamp }: SidedItem) => timestamp + (topic === 'left' ? after : before) + grace;
  for (const item of items) {
    streamTime = Math.max(streamTime, item.timestamp);
    if (closes(item) < streamTime) late.push(item);
    else {
      for (const other of arrived) {
        const [left, right] = item.topic === 'left' ? [item, other] : [other, item];
        const apart = right.timestamp - left.timestamp;
        if (other.topic === item.topic || other.key !== item.key || apart < -before || apart > after || closes(other) < streamTime)
          continue;
        pairs.add(item).add(other);
        out.push({ key: item.key, timestamp: Math.max(item.timestamp, other.timestamp), value: [left.value, right.value] });
      }
      arrived.push(item);
    }
    for (const closed of arrived.filter((waiting) => closes(waiting) < streamTime)) {
      const alone = type === 'outer' || (type === 'left' && closed.topic === 'left');
      const { key, timestamp, value } = closed;
      if (alone && !pairs.has(closed)) out.push({ key, timestamp, value: closed.topic === 'left' ? [value, null] : [null, value] });
    }
    arrived = arrived.filter((waiting) => closes(waiting) >= streamTime);
  }
  return { out, late };
}

/** For every left record the newest right one at or before it among those that came in time. */
export function asOfReference(items: readonly SidedItem[], { tolerance, grace }: { tolerance: number; grace: number }): Result[] {
  const out: Result[] = [];
  const rights: SidedItem[] = [];
  let waiting: SidedItem[] = [];
  let streamTime = -1;
  for (const item of items) {
    streamTime = Math.max(streamTime, item.timestamp);
    if (item.topic === 'right') rights.push(item);
    else if (item.timestamp >= streamTime - grace) waiting.push(item);
    const due = waiting.filter(({ timestamp }) => timestamp <= streamTime - grace);
    waiting = waiting.filter(({ timestamp }) => timestamp > streamTime - grace);
    for (const { key, timestamp, value } of due) {
      const candidates = rights.filter(
        (right) => right.key === key && right.timestamp <= timestamp && right.timestamp >= timestamp - tolerance,
      );
      const best = candidates.reduce<SidedItem | undefined>((a, b) => (a && a.timestamp > b.timestamp ? a : b), undefined);
      out.push({ key, timestamp, value: [value, best?.value ?? null] });
    }
  }
  return out;
}
