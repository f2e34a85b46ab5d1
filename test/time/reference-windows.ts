import type { Windowed } from 'headwater';

export interface Item {
  readonly key: string;
  readonly timestamp: number;
  readonly value: number;
}

type Out = { key: string; timestamp: number; value: Windowed<number[] | null> };

const sorted = (items: readonly Item[]): number[] => items.map(({ value }) => value).sort((a, b) => a - b);
const newest = (items: readonly Item[]): number => Math.max(...items.map(({ timestamp }) => timestamp));

/** Hopping windows from their definition: every window keeps the records that came before it closed, its result is computed anew each time. */
export function hoppingReference(
  items: readonly Item[],
  { size, advance, grace, emit }: { size: number; advance: number; grace: number; emit: 'update' | 'final' },
): { out: Out[]; late: Item[] } {
  const out: Out[] = [];
  const late: Item[] = [];
  const windows = new Map<string, { key: string; start: number; items: Item[]; closed: boolean }>();
  let streamTime = -1;
  for (const item of items) {
    streamTime = Math.max(streamTime, item.timestamp);
    let taken = false;
    for (let start = 0; start <= item.timestamp; start += advance) {
      if (item.timestamp >= start + size || start + size + grace <= streamTime) continue;
      taken = true;
      const id = `${item.key} ${start}`;
      const window = windows.get(id) ?? { key: item.key, start, items: [], closed: false };
      windows.set(id, window);
      window.items.push(item);
      if (emit === 'update')
        out.push({ key: item.key, timestamp: newest(window.items), value: { start, end: start + size, value: sorted(window.items) } });
    }
    if (!taken) late.push(item);
    if (emit === 'final') {
      const closing = [...windows.values()].filter((window) => !window.closed && window.start + size + grace <= streamTime);
      closing.sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1));
      for (const window of closing) {
        window.closed = true;
        const { key, start } = window;
        out.push({ key, timestamp: newest(window.items), value: { start, end: start + size, value: sorted(window.items) } });
      }
    }
  }
  return { out, late };
}

/** Sessions from their definition: maximal runs of a key's records with gaps of at most `gap`. Final results only. */
export function sessionReference(items: readonly Item[], { gap, grace }: { gap: number; grace: number }): { out: Out[]; late: Item[] } {
  const out: Out[] = [];
  const late: Item[] = [];
  let open: { key: string; items: Item[] }[] = [];
  let streamTime = -1;
  const start = (session: { items: Item[] }) => Math.min(...session.items.map(({ timestamp }) => timestamp));
  for (const item of items) {
    streamTime = Math.max(streamTime, item.timestamp);
    const touches = (session: { key: string; items: Item[] }) =>
      session.key === item.key && session.items.some(({ timestamp }) => Math.abs(timestamp - item.timestamp) <= gap);
    const merged = { key: item.key, items: [...open.filter(touches).flatMap((session) => session.items), item] };
    if (newest(merged.items) + gap + grace < streamTime) {
      late.push(item);
    } else {
      open = [...open.filter((session) => !touches(session)), merged];
    }
    const closing = open.filter((session) => newest(session.items) + gap + grace < streamTime);
    open = open.filter((session) => !closing.includes(session));
    closing.sort((a, b) => newest(a.items) - newest(b.items) || (a.key < b.key ? -1 : 1));
    for (const session of closing) {
      const end = newest(session.items);
      out.push({ key: session.key, timestamp: end, value: { start: start(session), end, value: sorted(session.items) } });
    }
  }
  return { out, late };
}

/**
 * Sliding windows from their definition (KIP-450): the window that each record ends, and the one that begins after it if it holds any. A record is late
 * when even the window that it begins has closed. Final results only.
 */
export function slidingReference(items: readonly Item[], { size, grace }: { size: number; grace: number }): { out: Out[]; late: Item[] } {
  const out: Out[] = [];
  const late: Item[] = [];
  const accepted: Item[] = [];
  let streamTime = -1;
  for (const item of items) {
    const before = streamTime;
    streamTime = Math.max(streamTime, item.timestamp);
    if (item.timestamp + size < streamTime - grace) late.push(item);
    else accepted.push(item);
    const closing = new Map<string, Out>();
    for (const { key, timestamp } of accepted) {
      for (const start of [Math.max(0, timestamp - size), timestamp + 1]) {
        const end = start + size;
        const inside = accepted.filter((other) => other.key === key && other.timestamp >= start && other.timestamp <= end);
        if (inside.length === 0 || end < before - grace || end >= streamTime - grace) continue;
        closing.set(`${key} ${start}`, { key, timestamp: newest(inside), value: { start, end, value: sorted(inside) } });
      }
    }
    out.push(...[...closing.values()].sort((a, b) => a.value.end - b.value.end || (a.key < b.key ? -1 : 1)));
  }
  return { out, late };
}
