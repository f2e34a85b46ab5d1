import type { MqttClient } from 'mqtt';
import { from, lastValueFrom, mergeMap } from 'rxjs';
import {
  defineSink,
  javaText,
  partitionName,
  plain,
  reasonOf,
  RetriableError,
  Struct,
  validators,
  type SinkRecord,
  type SinkTask,
  type SinkTaskContext,
} from 'headwater/connect';
import { toJson } from '../file-sink/rows.js';
import { fillTemplate, templateOf } from '../template.js';
import { closeConnection, connectionConfig, mqttConnector, reasonCode } from './connection.js';

const config = connectionConfig.with({
  'mqtt.topic': {
    type: 'STRING',
    default: '${topic}',
    importance: 'HIGH',
    doc: 'MQTT topic of a record: ${topic}, ${partition} and ${key} stand for its own, ${value.NAME} for a field of its value.',
    validator: validators.allOf(validators.nonEmpty, templateOf(/^(topic|partition|key|value\..+)$/)),
  },
  retain: { type: 'BOOLEAN', default: false, doc: 'Whether the broker keeps the last message of each topic for later subscribers.' },
  'max.in.flight': {
    type: 'INT',
    default: 64,
    doc: 'Most messages under way at a time; fewer where the broker asks for it.',
    validator: validators.inRange(1, 65_535),
  },
});

/** Reason codes of a PUBACK that speak of the broker and not of the message (MQTT 5, 3.4.2.1): unspecified, implementation, quota. */
const PASSING = new Set([0x80, 0x83, 0x97]);
const GRACE_MS = 2000;

/**
 * Publishes records to an MQTT 5 broker with QoS 1, at least once: offsets are committed for what the broker has acknowledged. Each message
 * names its record in the user property `id`. What the broker refuses is reported; while it is away the rest of the batch is tried again.
 */
export const mqttSink = defineSink({
  className: 'headwater.MqttSink',
  aliases: ['MqttSink'],
  version: '0.1.0',
  config,
  task: () => new MqttSinkTask(),
});

class MqttSinkTask implements SinkTask {
  #context!: SinkTaskContext;
  #options!: ReturnType<typeof config.parse>;
  #connect!: Awaited<ReturnType<typeof mqttConnector>>;
  #client: MqttClient | undefined;
  /** The next offset to send per partition: what a redelivered batch has sent already is left out. */
  readonly #sent = new Map<string, number>();

  async start(properties: Parameters<SinkTask['start']>[0], context: SinkTaskContext): Promise<void> {
    this.#context = context;
    this.#options = config.parse(properties);
    this.#connect = await mqttConnector(this.#options, properties.name ?? '');
    context.signal.addEventListener('abort', () => setTimeout(() => this.#client?.end(true), GRACE_MS).unref());
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    const due = records.filter((record) => record.originalOffset >= (this.#sent.get(originName(record)) ?? 0));
    if (due.length === 0) return;
    const client = await this.#connected();
    const limit = Math.min(this.#options['max.in.flight'], client.serverProperties?.receiveMaximum ?? Infinity);
    const done = new Set<SinkRecord>();
    const publish = async (record: SinkRecord): Promise<void> => {
      await this.#publish(client, record);
      done.add(record);
    };
    try {
      await lastValueFrom(from(due).pipe(mergeMap(publish, limit)));
    } finally {
      const stuck = due.findIndex((record) => !done.has(record));
      for (const record of stuck < 0 ? due : due.slice(0, stuck)) this.#sent.set(originName(record), record.originalOffset + 1);
    }
  }

  close(partitions: Parameters<NonNullable<SinkTask['close']>>[0]): void {
    for (const partition of partitions) this.#sent.delete(partitionName(partition));
  }

  async stop(): Promise<void> {
    if (this.#client) await closeConnection(this.#client);
  }

  async #connected(): Promise<MqttClient> {
    if (!this.#client?.connected) this.#client = await this.#connect({ clean: true }, this.#context.signal);
    return this.#client;
  }

  /** Resolves when the broker has acknowledged the record, or the record is reported. */
  async #publish(client: MqttClient, record: SinkRecord): Promise<void> {
    let message: { topic: string; payload: Buffer };
    try {
      message = { topic: this.#topic(record), payload: payloadOf(record.value) };
      const most = client.serverProperties?.maximumPacketSize ?? Infinity;
      if (message.payload.length > most) throw new Error(`${message.payload.length} bytes, the broker takes ${most}`);
    } catch (thrown) {
      return this.#context.reporter.report(record, thrown);
    }
    const userProperties = { id: `${originName(record)}-${record.originalOffset}` };
    try {
      await client.publishAsync(message.topic, message.payload, { qos: 1, retain: this.#options.retain, properties: { userProperties } });
    } catch (thrown) {
      const problem = `MQTT broker ${this.#options.url}: ${reasonOf(thrown)}`;
      const refused = client.connected && reasonCode(thrown) >= 0x80 && !PASSING.has(reasonCode(thrown));
      if (!refused) throw new RetriableError(problem, { cause: thrown });
      await this.#context.reporter.report(record, new Error(problem, { cause: thrown }));
    }
  }

  #topic(record: SinkRecord): string {
    const topic = fillTemplate(this.#options['mqtt.topic'], (name) => {
      if (name === 'topic') return record.topic;
      if (name === 'partition') return String(record.partition);
      const found = name === 'key' ? record.key : fieldOf(record.value, name.slice('value.'.length));
      if (found === null || found === undefined) throw new Error(`the record has no ${name}`);
      return javaText(null, found);
    });
    if (topic === '' || /[+#\0]/.test(topic)) throw new Error(`"${topic}" is no MQTT topic to publish to`);
    return topic;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  const fields = value instanceof Struct || value instanceof Map ? plain(value) : value;
  return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>)[name] : undefined;
}

/** Bytes and text as they are, nothing as an empty payload, all else as JSON. */
function payloadOf(value: unknown): Buffer {
  if (value === null || value === undefined) return Buffer.alloc(0);
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Buffer.from(typeof value === 'string' ? value : toJson(plain(value)));
}

function originName(record: SinkRecord): string {
  return partitionName({ topic: record.originalTopic, partition: record.originalPartition });
}
