import { open, type Database, type RootDatabase } from 'lmdb';
import type { TopicInfo } from '../log.js';

export interface StoredTopic extends TopicInfo {
  readonly id: number;
}

/** Which process runs a group. */
export interface Owner {
  readonly token: string;
  readonly pid: number;
  /** When the process started, in ticks since boot: tells a process from a later one with the same id. */
  readonly started: string | null;
  readonly host: string;
  /** When the owner last said that it lives, for other hosts and containers, which cannot see its process. */
  readonly beat: number;
}

interface GroupRow {
  readonly epoch: number;
  readonly owner?: Owner;
}

/** The tables of an embedded log, in one LMDB environment so that one transaction covers them all. */
export interface Databases {
  readonly root: RootDatabase;
  /** By topic name. */
  readonly topics: Database<StoredTopic, string>;
  /** Numbers of deleted topics whose records are not yet all removed. */
  readonly deleted: Database<true, number>;
  /** By `recordKey`: `StoredRecord`. */
  readonly records: Database<Buffer, Buffer>;
  /** By `recordKey` of the first offset: `Segment`. */
  readonly segments: Database<Buffer, Buffer>;
  /** Committed offsets by group, topic, partition. */
  readonly offsets: Database<number, [group: string, topic: string, partition: number]>;
  readonly groups: Database<GroupRow, string>;
  /** Compaction: how far each partition is compacted, by topic and partition number. */
  readonly cleaned: Database<number, [topic: number, partition: number]>;
  /** Compaction: the offset of the last compacted record, by topic, partition and hash of the key. */
  readonly lastOfKey: Database<number, [topic: number, partition: number, hash: string]>;
  /** Compaction: event times of compacted tombstones, by `recordKey`. */
  readonly tombstones: Database<number, Buffer>;
  /** `writes`: counts writes, so that other processes notice them. `topics`: counts changes of topics. `topicId`: the last one given. */
  readonly counters: Database<number, 'writes' | 'topics' | 'topicId'>;
}

/**
 * Address space for the file, of which nothing is taken before it is used. Without it LMDB maps a growing file anew at each doubling and keeps the old maps: all
 * of them count as resident memory. A file that outgrows it is mapped anew. Windows would make the file as large.
 */
const mapSize = process.platform === 'win32' ? undefined : 64 * 2 ** 30;

/**
 * Opens the tables in `directory`. Commits reach the operating system before they resolve, so they survive the process; LMDB flushes them to
 * the disk right after, in order (`overlappingSync`), so that a power failure costs the last moments and never the file.
 */
export function openDatabases(directory: string): Databases {
  const root = open({ path: directory, noSubdir: false, maxDbs: 10, separateFlushed: true, ...(mapSize && { mapSize }) });
  const binary = { keyEncoding: 'binary', encoding: 'binary' } as const;
  const json = { encoding: 'json' } as const;
  return {
    root,
    topics: root.openDB('topics', json),
    deleted: root.openDB('deleted', json),
    records: root.openDB('records', binary),
    segments: root.openDB('segments', binary),
    offsets: root.openDB('offsets', json),
    groups: root.openDB('groups', json),
    cleaned: root.openDB('cleaned', json),
    lastOfKey: root.openDB('lastOfKey', json),
    tombstones: root.openDB('tombstones', { keyEncoding: 'binary', encoding: 'json' }),
    counters: root.openDB('counters', json),
  };
}
