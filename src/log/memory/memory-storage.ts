import { randomUUID } from 'node:crypto';
import { partitionName, type Header, type LogRecord, type TopicPartition } from '../../record.js';
import type { Clock } from '../../time/clock.js';
import type { OffsetWrite, PlacedRecord, Storage } from '../embedded/storage.js';
import type { FetchBudget } from '../fetch-limits.js';
import type { Appended, PartitionBounds, Position, TopicInfo, TopicSpec } from '../log.js';
import { MemoryPartition } from './memory-partition.js';

interface Topic {
  readonly info: TopicInfo;
  readonly partitions: readonly MemoryPartition[];
}

/** Topics, records and offsets as JavaScript objects. */
export class MemoryStorage implements Storage {
  readonly id = randomUUID();
  readonly #topics = new Map<string, Topic>();
  readonly #offsets = new Map<string, Map<string, Position>>();
  readonly #epochs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  topic(name: string): TopicInfo | undefined {
    return this.#topics.get(name)?.info;
  }

  topics(): TopicInfo[] {
    return [...this.#topics.values()].map(({ info }) => info);
  }

  createTopic(spec: TopicSpec): Promise<boolean> {
    if (this.#topics.has(spec.name)) return Promise.resolve(false);
    const info: TopicInfo = { cleanup: 'delete', ...spec };
    const partitions = Array.from({ length: spec.partitions }, () => new MemoryPartition(info));
    this.#topics.set(spec.name, { info, partitions });
    return Promise.resolve(true);
  }

  deleteTopic(name: string): Promise<void> {
    this.#topics.delete(name);
    for (const offsets of this.#offsets.values()) {
      for (const [key, { topic }] of offsets) if (topic === name) offsets.delete(key);
    }
    return Promise.resolve();
  }

  bounds(at: TopicPartition): PartitionBounds {
    return { partition: at.partition, ...(this.#partition(at)?.bounds ?? { earliest: 0, latest: 0 }) };
  }

  read(from: Position, budget: FetchBudget): LogRecord[] {
    return this.#partition(from)?.read(from.offset, budget) ?? [];
  }

  offsetAt(at: TopicPartition, timestamp: number): number {
    return this.#partition(at)?.offsetAt(timestamp) ?? 0;
  }

  write(records: readonly PlacedRecord[], offsets?: OffsetWrite, guard?: () => void): Promise<Appended[]> {
    guard?.();
    const touched = new Set<MemoryPartition>();
    const appended = records.map((record) => {
      const partition = this.#partition(record)!;
      touched.add(partition);
      return { topic: record.topic, partition: record.partition, offset: partition.append(owned(record)) };
    });
    for (const partition of touched) partition.clean(this.clock.now());
    if (offsets !== undefined) {
      const group = this.#offsets.get(offsets.group) ?? new Map<string, Position>();
      for (const position of offsets.positions) group.set(partitionName(position), position);
      this.#offsets.set(offsets.group, group);
    }
    return Promise.resolve(appended);
  }

  groups(): string[] {
    return [...new Set([...this.#offsets.keys(), ...this.#epochs.keys()])];
  }

  committed(group: string): Position[] {
    return [...(this.#offsets.get(group)?.values() ?? [])];
  }

  claimGroup(group: string): Promise<number> {
    const epoch = (this.#epochs.get(group) ?? 0) + 1;
    this.#epochs.set(group, epoch);
    return Promise.resolve(epoch);
  }

  async releaseGroup(): Promise<void> {
    // the one process that there is keeps its claim
  }

  checkClaim(): void {
    // no other process can claim a group here
  }

  watch(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    // nothing to give back
  }

  #partition({ topic, partition }: TopicPartition): MemoryPartition | undefined {
    return this.#topics.get(topic)?.partitions[partition];
  }
}

/** A copy: the caller may use its buffers again. */
function owned(record: PlacedRecord): PlacedRecord {
  const headers = record.headers.map(({ key, value }): Header => ({ key, value: copy(value) }));
  return { ...record, key: copy(record.key), value: copy(record.value), headers };
}

function copy(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Buffer.from(bytes);
}
