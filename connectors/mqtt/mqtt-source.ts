import type { IPublishPacket, MqttClient } from 'mqtt';
import { defineSource, reasonOf, validators, type NewSourceRecord, type SourceTask, type SourceTaskContext } from 'headwater/connect';
import { templateOf } from '../template.js';
import { closeConnection, connectionConfig, mqttConnector } from './connection.js';
import { acknowledge, messageOf, type Message } from './message.js';
import { messageRecord, PAYLOADS, PLACEHOLDERS, type Payload } from './message-record.js';

const config = connectionConfig.with({
  'mqtt.topics': {
    type: 'LIST',
    importance: 'HIGH',
    doc: 'Topic filters to subscribe to, with + for one level and # for the rest.',
    validator: (value) => (Array.isArray(value) && value.length === 0 ? 'Give at least one topic filter' : undefined),
  },
  topic: {
    type: 'STRING',
    default: 'camera-frames',
    importance: 'HIGH',
    doc: 'Topic to write to. ${topic} stands for the MQTT topic, ${1}, ${2}... for its levels; what no topic may contain becomes _.',
    validator: validators.allOf(validators.nonEmpty, templateOf(PLACEHOLDERS)),
  },
  key: {
    type: 'STRING',
    default: '${topic}',
    importance: 'HIGH',
    doc: "The record's key, of a picture also its camera id, with the same placeholders: ${2} makes gate of cameras/gate/frames.",
    validator: templateOf(PLACEHOLDERS),
  },
  payload: {
    type: 'STRING',
    default: 'image',
    importance: 'HIGH',
    doc: 'What a payload is: image (becomes an ImageEvent), json (without a schema), string or bytes.',
    validator: validators.oneOf(...PAYLOADS),
  },
  encoding: { type: 'STRING', default: 'image/jpeg', doc: 'Media type of the pictures.' },
  'timestamp.property': {
    type: 'STRING',
    default: 'capturedAt',
    doc: 'User property that holds the event time in ms since 1970; without it, the time of arrival.',
  },
  'id.property': {
    type: 'STRING',
    default: 'id',
    doc: 'User property that a publisher sets to an id of the message: one that comes again is left out. Messages without it may be repeated.',
  },
  'id.window': {
    type: 'INT',
    default: 1000,
    doc: 'How many ids of stored messages are remembered, part of the source offset. More than a broker may send again; some send more ahead than max.in.flight.',
    validator: validators.inRange(1, 100_000),
  },
  'max.in.flight': {
    type: 'INT',
    default: 16,
    doc: 'Most messages that the broker may send ahead of their acknowledgement (receive maximum).',
    validator: validators.inRange(1, 65_535),
  },
  'max.message.bytes': {
    type: 'INT',
    default: 8 * 2 ** 20,
    doc: 'Largest packet; the broker leaves out what is larger, as MQTT 5 has it.',
    validator: validators.inRange(1024, 268_435_455),
  },
  'session.expiry.s': {
    type: 'LONG',
    default: 7 * 86_400,
    doc: 'How long the broker keeps messages while the connector is away.',
    validator: validators.inRange(1, 4_294_967_295),
  },
});

const POLL_MS = 500;
/** Pause before a lost connection is made anew, so that two clients with one id do not take the session from each other without rest. */
const RECONNECT_MS = 200;

/**
 * Reads messages of an MQTT 5 broker, at least once: a message of QoS 1 is acknowledged when its record is on the log, and what was not
 * acknowledged comes again to the persistent session. Messages with an id of their publisher are stored once.
 */
export const mqttSource = defineSource({
  className: 'headwater.MqttSource',
  aliases: ['MqttSource'],
  version: '0.1.0',
  config,
  exactlyOnce: () => false,
  task: () => new MqttSourceTask(),
});

class MqttSourceTask implements SourceTask {
  #context!: SourceTaskContext;
  #options!: ReturnType<typeof config.parse>;
  #connect!: Awaited<ReturnType<typeof mqttConnector>>;
  #client: MqttClient | undefined;
  /**
   * Ids of the newest stored messages. More than `max.in.flight`: after a redelivery mosquitto 2.0 answers each acknowledgement with a whole
   * receive maximum of further messages, and a connection that breaks then brings all of them again.
   */
  #ids: readonly string[] = [];
  /** Arrived and not polled yet. */
  #waiting: Message[] = [];
  /** Polled, and not known to be on the log yet. */
  #polled: Message[] = [];
  /** Polled and not acknowledged yet, by packet id: the broker sends these again after a loss of the connection. */
  readonly #open = new Map<number, Message>();
  #failure: Error | undefined;
  #wake: () => void = () => undefined;
  /** Lets the connection go on where it waits for room among the waiting. */
  #goOn: () => void = () => undefined;
  #stopped = false;

  async start(properties: Parameters<SourceTask['start']>[0], context: SourceTaskContext): Promise<void> {
    this.#context = context;
    this.#options = config.parse(properties);
    this.#connect = await mqttConnector(this.#options, properties.name ?? '');
    const stored = await context.offsets.offset(this.#partition());
    this.#ids = Array.isArray(stored?.ids) ? stored.ids.map(String) : [];
  }

  async poll(): Promise<readonly NewSourceRecord[]> {
    if (this.#failure) throw this.#failure;
    if (!this.#client?.connected) await this.#reconnect();
    if (this.#waiting.length === 0) await this.#arrival();
    const messages = this.#waiting.splice(0);
    const goOn = this.#goOn;
    this.#goOn = () => undefined;
    goOn();
    return this.#records(messages);
  }

  commit(): void {
    for (const message of this.#polled.splice(0)) this.#stored(message);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#goOn();
    if (this.#client) await closeConnection(this.#client);
  }

  async #reconnect(): Promise<void> {
    const {
      'max.in.flight': receiveMaximum,
      'max.message.bytes': maximumPacketSize,
      'session.expiry.s': sessionExpiryInterval,
    } = this.#options;
    if (this.#client) await this.#context.sleep(RECONNECT_MS);
    const properties = { receiveMaximum, maximumPacketSize, sessionExpiryInterval };
    const client = await this.#connect({ clean: false, properties }, this.#context.signal, (connection) => this.#listen(connection));
    this.#client = client;
    const topics = this.#options['mqtt.topics'];
    // Retained messages only with a new subscription, not after every loss of the connection. Messages of the session come before the answer.
    client.subscribeAsync([...topics], { qos: 1, rh: 1, rap: true }).catch((thrown: unknown) => {
      const problem = `MQTT broker ${this.#options.url} refuses a subscription to ${topics.join(', ')}: ${reasonOf(thrown)}`;
      if (client.connected) this.#failure = new Error(problem, { cause: thrown });
    });
  }

  #listen(client: MqttClient): void {
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'connack' && !packet.sessionPresent) this.#open.clear();
    });
    client.on('close', () => {
      // The broker sends them again.
      this.#waiting = this.#waiting.filter(({ connection, packetId }) => connection !== client || packetId === undefined);
      this.#goOn = () => undefined;
      this.#wake();
    });
    client.handleMessage = (packet, callback) => {
      if (client.connected && !this.#stopped) this.#received(client, packet);
      // An error, so that the client does not acknowledge the message; it goes on to the next all the same.
      const next = (): void => callback(new Error('acknowledged once it is on the log'));
      // Messages of QoS 0 know no receive maximum, and not every broker keeps to it: the connection waits.
      if (this.#waiting.length < this.#options['max.in.flight']) next();
      else this.#goOn = next;
    };
  }

  #received(client: MqttClient, packet: IPublishPacket): void {
    const message = messageOf(packet, client, Date.now());
    const { packetId, duplicate } = message;
    if (packetId !== undefined) {
      const known = duplicate ? this.#open.get(packetId) : undefined;
      if (known) {
        known.connection = client;
        if (known.stored) this.#stored(known);
        return;
      }
      this.#open.delete(packetId);
    }
    this.#waiting.push(message);
    this.#wake();
  }

  #records(messages: readonly Message[]): NewSourceRecord[] {
    const records: NewSourceRecord[] = [];
    for (const message of messages) {
      const record = this.#record(message);
      if (record) {
        records.push(record);
        this.#polled.push(message);
        if (message.packetId !== undefined) this.#open.set(message.packetId, message);
      } else {
        acknowledge(message);
      }
    }
    return records;
  }

  /** Nothing where the message is on the log already, or cannot be used and `errors.tolerance` is `all`. */
  #record(message: Message): NewSourceRecord | undefined {
    const { payload, topic, key, encoding, 'timestamp.property': timestampProperty, 'id.property': idProperty } = this.#options;
    const id = message.properties[idProperty];
    if (id !== undefined && this.#ids.includes(id)) return undefined;
    try {
      const record = messageRecord(message, { payload: payload as Payload, topic, key, encoding, timestampProperty });
      if (id !== undefined) this.#ids = [...this.#ids, id].slice(-this.#options['id.window']);
      return { ...record, sourcePartition: this.#partition(), sourceOffset: { ids: this.#ids } };
    } catch (thrown) {
      if (this.#context.properties['errors.tolerance'] === 'all') return undefined;
      throw new Error(`a message of ${message.topic} cannot be used: ${reasonOf(thrown)}`, { cause: thrown });
    }
  }

  /** Acknowledges a message whose record is on the log, where its connection still stands. */
  #stored(message: Message): void {
    message.stored = true;
    if (!message.connection.connected) return;
    acknowledge(message);
    if (message.packetId !== undefined) this.#open.delete(message.packetId);
  }

  #partition(): Record<string, unknown> {
    return { url: this.#options.url, client: this.#options['client.id'] };
  }

  #arrival(): Promise<void> {
    const { signal } = this.#context;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, POLL_MS);
      signal.addEventListener('abort', done);
      this.#wake = done;
    });
  }
}
