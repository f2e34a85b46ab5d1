import type { ConfigDefinition, ConfigValue, Properties } from '../config/index.js';
import type { Appended, Position } from '../log/log.js';
import type { TopicPartition } from '../record.js';
import type { NewSourceRecord, SinkRecord, SourceMap } from './data/record.js';
import type { Logger } from './loggers.js';

/** A failure that may pass: the worker delivers the same batch again after a while instead of failing the task. */
export class RetriableError extends Error {
  override readonly name = 'RetriableException';
}

/** What a connector may ask of its worker. */
export interface ConnectorContext {
  /** Asks for `taskConfigs` to be called again, because there is more or less to do than before. */
  requestTaskReconfiguration(): void;
  /** Fails the connector. */
  raiseError(reason: unknown): void;
}

/** The offsets of a source or a sink as the REST interface alters them; null resets a partition. */
export type AlteredOffsets = readonly { readonly partition: SourceMap; readonly offset: SourceMap | null }[];

/** The part of a connector that lives once, on one worker: it splits the work among tasks (Connect's Connector). */
export interface Connector {
  start?(properties: Properties, context: ConnectorContext): void | Promise<void>;
  /** One configuration a task, `maxTasks` at most. Default: the connector's own configuration, once. */
  taskConfigs?(maxTasks: number): readonly Properties[] | Promise<readonly Properties[]>;
  stop?(): void | Promise<void>;
  /** Checks across keys, added to the answer of `config.validate`; may reach out. */
  validate?(properties: Properties): readonly ConfigValue[] | Promise<readonly ConfigValue[]>;
  /** Checks offsets that an operator wants to set, and moves what the connector keeps outside. Throws to refuse. */
  alterOffsets?(properties: Properties, offsets: AlteredOffsets): void | Promise<void>;
}

/** Reads the offsets that this connector's source partitions were committed at. */
export interface OffsetReader {
  offset(partition: SourceMap): Promise<SourceMap | null>;
}

/** Ends transactions where the source wants them (`transaction.boundary=connector`). */
export interface TransactionContext {
  /** Commits with the batch that poll returns next, or after a record of it. */
  commitTransaction(last?: NewSourceRecord): void;
  /** Drops what the open transaction holds with the batch that poll returns next, or up to a record of it; its offsets are committed. */
  abortTransaction(last?: NewSourceRecord): void;
}

interface TaskContext {
  readonly properties: Properties;
  /** Aborts when the task is to stop: hand it to whatever waits. */
  readonly signal: AbortSignal;
  /** Resolves after `ms`, or at once when the task is to stop. */
  sleep(ms: number): Promise<void>;
  /** The worker's log, for what an operator should know and no record says. */
  readonly logger: Logger;
}

export interface SourceTaskContext extends TaskContext {
  readonly offsets: OffsetReader;
  readonly transaction?: TransactionContext;
}

/** Reads from outside (Connect's SourceTask). Calls never overlap. */
export interface SourceTask {
  start(properties: Properties, context: SourceTaskContext): void | Promise<void>;
  /** The next records, or none; waits a while where there are none. They are taken one after the other, so they may be made so too. A RetriableError means: try again. */
  poll(): Promise<Iterable<NewSourceRecord> | null>;
  /**
   * A record that `poll` gave is committed, with its offset: at `appended`, or null where it is not on the log, because a transform or the tolerance of errors
   * dropped it or its transaction was aborted. Called for each in the order of `poll`, before `commit`. What it throws is only told in the worker's log.
   */
  commitRecord?(record: NewSourceRecord, appended: Appended | null): void | Promise<void>;
  /** What was polled so far is on the log, with its offsets. What it throws is only told in the worker's log. */
  commit?(): void | Promise<void>;
  stop?(): void | Promise<void>;
}

/** Reports records that a sink could not use to the dead-letter topic, or fails the task where errors are not tolerated. */
export interface ErrantRecordReporter {
  /** Resolves when the record is stored; the worker commits no offset before that. */
  report(record: SinkRecord, reason: unknown): Promise<void>;
}

export interface SinkTaskContext extends TaskContext {
  /** The partitions that the task owns now. */
  assignment(): readonly TopicPartition[];
  /** Reads on from these offsets: what a sink that keeps its own offsets calls in `open`. */
  offset(positions: readonly Position[]): void;
  /** How long to wait before a batch that failed with a RetriableError comes again, in milliseconds. */
  timeout(ms: number): void;
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
  /** Asks for offsets to be committed soon. */
  requestCommit(): void;
  readonly reporter: ErrantRecordReporter;
}

/** Writes to outside (Connect's SinkTask). Calls never overlap. */
export interface SinkTask {
  start(properties: Properties, context: SinkTaskContext): void | Promise<void>;
  /** New partitions; called before their first record. */
  open?(partitions: readonly TopicPartition[]): void | Promise<void>;
  /** The next records; an empty list when nothing came, so that timers can be looked at. A RetriableError: deliver the same again later. */
  put(records: readonly SinkRecord[]): void | Promise<void>;
  /** Makes what was put durable. */
  flush?(current: readonly Position[]): void | Promise<void>;
  /** The offsets that may be committed, none to skip; default: flush, then `current`. */
  preCommit?(current: readonly Position[]): readonly Position[] | Promise<readonly Position[]>;
  /** Partitions go away; called after the last preCommit for them, or without one where they were lost. */
  close?(partitions: readonly TopicPartition[]): void | Promise<void>;
  stop?(): void | Promise<void>;
}

interface PluginBasics {
  /** The name in `connector.class`; other names for it in `aliases`. */
  readonly className: string;
  readonly aliases?: readonly string[];
  /** Task class shown in task configurations; default: className + `Task`. */
  readonly taskClass?: string;
  readonly version: string;
  readonly config: ConfigDefinition;
  /** Default: a connector that gives each its own configuration to one task. */
  connector?(): Connector;
}

export interface SourcePlugin extends PluginBasics {
  readonly type: 'source';
  task(): SourceTask;
  /** Whether its offsets say exactly where to read on, so configured; default true, since the worker commits records and offsets in one step. */
  exactlyOnce?(properties: Properties): boolean;
  /** Whether its tasks end transactions themselves where `transaction.boundary=connector`; default false, which refuses such a configuration. */
  readonly endsTransactions?: boolean;
}

export interface SinkPlugin extends PluginBasics {
  readonly type: 'sink';
  task(): SinkTask;
}

export type ConnectorPlugin = SourcePlugin | SinkPlugin;

/** Declares a source connector: its schema and how its tasks are made. */
export function defineSource(plugin: Omit<SourcePlugin, 'type'>): SourcePlugin {
  return { ...plugin, type: 'source' };
}

/** Declares a sink connector: its schema and how its tasks are made. */
export function defineSink(plugin: Omit<SinkPlugin, 'type'>): SinkPlugin {
  return { ...plugin, type: 'sink' };
}
