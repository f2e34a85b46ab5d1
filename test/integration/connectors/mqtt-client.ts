import { connectAsync, type IClientPublishOptions, type MqttClient } from 'mqtt';

/** A client with MQTT 5 that waits for its broker. */
const client = (url: string, more = {}): Promise<MqttClient> => connectAsync(url, { protocolVersion: 5, reconnectPeriod: 100, ...more });

/** Makes the session of a source before it first runs, so that no message is sent too early for it. */
export async function makeSession(url: string, clientId: string, topics: readonly string[]): Promise<void> {
  const first = await client(url, { clientId, clean: false, properties: { sessionExpiryInterval: 600 } });
  await first.subscribeAsync([...topics], { qos: 1, rh: 1, rap: true });
  await first.endAsync();
}

/** Publishes one payload after the other, each acknowledged before this resolves. */
export async function publish(
  url: string,
  topic: string,
  payloads: readonly (string | Buffer)[],
  options: (number: number) => IClientPublishOptions = () => ({}),
): Promise<void> {
  const publisher = await client(url);
  for (const [number, payload] of payloads.entries()) await publisher.publishAsync(topic, payload, { qos: 1, ...options(number) });
  await publisher.endAsync();
}

export interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly id: string;
  readonly retained: boolean;
}

/** Hears what is published under a filter, in a session that outlives its connections. */
export class Subscriber {
  readonly heard: Heard[] = [];

  private constructor(private readonly client: MqttClient) {}

  static async start(url: string, filter: string, clientId: string): Promise<Subscriber> {
    const subscriber = new Subscriber(await client(url, { clientId, clean: false, properties: { sessionExpiryInterval: 600 } }));
    subscriber.client.on('message', (topic, payload, { retain: retained, properties }) => {
      subscriber.heard.push({ topic, payload: String(payload), id: String(properties?.userProperties?.id), retained });
    });
    await subscriber.client.subscribeAsync(filter, { qos: 1, rap: true });
    return subscriber;
  }

  async end(): Promise<void> {
    await this.client.endAsync(true);
  }
}
