import type { Properties } from '../config/index.js';
import { error, reasonOf } from '../errors.js';
import type { Position } from '../log/log.js';
import type { AlteredOffsets } from './connector.js';
import type { SourceMap } from './data/record.js';
import { sinkGroup } from './task-run.js';
import type { WorkerSurroundings } from './worker-surroundings.js';

export interface OffsetsAnswer {
  readonly offsets: readonly { readonly partition: SourceMap; readonly offset: SourceMap }[];
}

/** A committed offset of -1 stands for none, as in Kafka. */
const NONE = -1;

/** Reads, alters and resets the offsets of connectors: those of sources in the offset topic, those of sinks in their consumer group. */
export class HerderOffsets {
  constructor(private readonly at: WorkerSurroundings) {}

  async read(name: string, type: string): Promise<OffsetsAnswer> {
    if (type === 'source') return { offsets: this.at.offsets.all(name) };
    const committed = await this.at.log.committed(sinkGroup(name));
    const offsets = committed.filter(({ offset }) => offset !== NONE);
    return {
      offsets: offsets.map(({ topic, partition, offset }) => ({
        partition: { kafka_topic: topic, kafka_partition: partition },
        offset: { kafka_offset: offset },
      })),
    };
  }

  async alter(name: string, type: string, config: Properties, offsets: AlteredOffsets): Promise<void> {
    const positions = type === 'sink' ? offsets.map(sinkPosition) : [];
    await this.#askConnector(config, offsets);
    if (type === 'source') await this.at.offsets.put(name, offsets);
    else await this.#move(name, positions);
  }

  async reset(name: string, type: string, config: Properties): Promise<void> {
    const known = (await this.read(name, type)).offsets.map(({ partition }) => ({ partition, offset: null }));
    await this.#askConnector(config, known);
    if (known.length === 0) return;
    if (type === 'source') await this.at.offsets.put(name, known);
    else await this.#move(name, known.map(sinkPosition));
  }

  async #askConnector(config: Properties, offsets: AlteredOffsets): Promise<void> {
    const connector = this.at.plugins.connector(config['connector.class'] ?? '').connector?.();
    try {
      await connector?.alterOffsets?.(await this.at.providers.resolve(config), offsets);
    } catch (thrown) {
      throw error('HW_CONNECT_INTERNAL', { problem: reasonOf(thrown) }, thrown);
    }
  }

  async #move(name: string, positions: readonly Position[]): Promise<void> {
    try {
      await this.at.log.resetOffsets(sinkGroup(name), positions);
    } catch (thrown) {
      throw error('HW_CONNECT_INTERNAL', { problem: `Failed to alter consumer group offsets for connector ${name}` }, thrown);
    }
  }
}

function sinkPosition({ partition, offset }: AlteredOffsets[number]): Position {
  const bad = (problem: string): Error => error('HW_CONNECT_BAD_REQUEST', { problem });
  const { kafka_topic: topic, kafka_partition: number } = partition;
  if (topic === undefined || number === undefined) {
    throw bad("The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'");
  }
  if (typeof topic !== 'string') throw bad('The topic of a sink connector offset must be a text');
  if (!/^\d+$/.test(text(number))) {
    throw bad(
      `Failed to parse the following Kafka partition value in the provided offsets: '${text(number)}'. Partition values for sink connectors need to be integers.`,
    );
  }
  if (offset === null) return { topic, partition: Number(number), offset: NONE };
  if (offset.kafka_offset === undefined)
    throw bad("The offset for a sink connector should either be null or contain the key 'kafka_offset'");
  if (!/^\d+$/.test(text(offset.kafka_offset))) {
    throw bad(
      `Failed to parse the following Kafka offset value in the provided offsets: '${text(offset.kafka_offset)}'. Offset values for sink connectors need to be integers.`,
    );
  }
  return { topic, partition: Number(number), offset: Number(offset.kafka_offset) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
