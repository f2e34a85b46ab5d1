import type { Message, ProducerBatch, RecordMetadata } from 'kafkajs';
import { error } from '../../errors.js';
import type { NewRecord } from '../../record.js';
import type { Appended } from '../log.js';
import { Partitioner } from '../partitioner.js';
import { compressionType } from './codecs.js';
import type { Compression } from './kafka-options.js';
import { toWire, wireBytes } from './wire-record.js';

/** A record with its partition chosen, as kafkajs takes it. */
export interface Placed {
  readonly topic: string;
  readonly partition: number;
  readonly message: Message;
  readonly bytes: number;
}

/** Below the broker's default `message.max.bytes` (1,048,588): a batch larger than that is refused, however small its records. */
const batchBytes = 900_000;
/** kafkajs groups the messages of a request in quadratic time. */
const batchRecords = 1000;

/** Chooses partitions as Kafka's own producer does. */
export class Placement {
  readonly #partitioner = new Partitioner();
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly partitionCount: (topic: string) => Promise<number>) {}

  /** In the order of the calls, however long the look-up of a topic takes. */
  async place(records: readonly NewRecord[]): Promise<Placed[]> {
    const turn = this.#last.then(() => this.#place(records));
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async #place(records: readonly NewRecord[]): Promise<Placed[]> {
    const counts = new Map<string, number>();
    for (const { topic } of records) if (!counts.has(topic)) counts.set(topic, await this.partitionCount(topic));
    const now = Date.now();
    return records.map((record) => {
      const { topic } = record;
      const partitions = counts.get(topic)!;
      const partition = this.#partitioner.partitionOf(record, partitions);
      if (partition < 0 || partition >= partitions) throw error('HW_PARTITION_UNKNOWN', { topic, partition, partitions });
      return { topic, partition, message: toWire(record, partition, now), bytes: wireBytes(record) };
    });
  }
}

/** The partitions of `placed`, each once, as `topic-partition`. */
export function partitionsOf(placed: readonly Placed[]): string[] {
  return [...new Set(placed.map(({ topic, partition }) => `${topic}-${partition}`))];
}

/** Whether one request carries it all as one batch of one partition: the broker takes that entirely or not at all. */
export function fitsOneBatch(placed: readonly Placed[]): boolean {
  return partitionsOf(placed).length <= 1 && batchesOf(placed).length <= 1;
}

/** A producer, or a transaction of one. */
export interface Sender {
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>;
}

/** Sends in order, as few requests as batch sizes allow; the answer is in the order of `placed`. */
export async function send(sender: Sender, placed: readonly Placed[], compression: Compression): Promise<Appended[]> {
  const appended = new Map<Placed, Appended>();
  for (const batch of batchesOf(placed)) {
    const topics = [...new Set(batch.map(({ topic }) => topic))];
    const answers = await sender.sendBatch({
      acks: -1,
      compression: compressionType(compression),
      topicMessages: topics.map((topic) => ({ topic, messages: batch.filter((one) => one.topic === topic).map(({ message }) => message) })),
    });
    const next = new Map(answers.map(({ topicName, partition, baseOffset }) => [`${topicName}-${partition}`, Number(baseOffset)]));
    for (const one of batch) {
      const name = `${one.topic}-${one.partition}`;
      const offset = next.get(name)!;
      next.set(name, offset + 1);
      appended.set(one, { topic: one.topic, partition: one.partition, offset });
    }
  }
  return placed.map((one) => appended.get(one)!);
}

/** Requests with at most one batch a partition, none above the batch limits unless a single record is. */
function batchesOf(placed: readonly Placed[]): Placed[][] {
  const batches: Placed[][] = [];
  const filled = new Map<string, { at: number; bytes: number; records: number }>();
  for (const one of placed) {
    const name = `${one.topic}-${one.partition}`;
    let place = filled.get(name) ?? { at: 0, bytes: 0, records: 0 };
    if (place.records > 0 && (place.bytes + one.bytes > batchBytes || place.records === batchRecords)) {
      place = { at: place.at + 1, bytes: 0, records: 0 };
    }
    filled.set(name, { at: place.at, bytes: place.bytes + one.bytes, records: place.records + 1 });
    (batches[place.at] ??= []).push(one);
  }
  return batches;
}
