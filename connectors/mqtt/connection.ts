import { readFile } from 'node:fs/promises';
import type { IClientOptions, MqttClient } from 'mqtt';
import { defineConfig, optionalPackage, reasonOf, RetriableError, validators, type Validator } from 'headwater/connect';

const brokerUrl: Validator = (value) => {
  if (typeof value !== 'string') return undefined;
  if (!URL.canParse(value) || !/^(mqtts?|wss?):$/.test(new URL(value).protocol)) return 'Not a URL of mqtt, mqtts, ws or wss';
  const { username, password } = new URL(value);
  return username || password ? 'Credentials belong into username and password' : undefined;
};

/** How to reach a broker: the keys that source and sink have in common. */
export const connectionConfig = defineConfig({
  url: {
    type: 'STRING',
    importance: 'HIGH',
    doc: 'Broker: mqtt://host:1883, over TLS mqtts://host:8883; also ws and wss.',
    validator: brokerUrl,
  },
  'client.id': {
    type: 'STRING',
    default: '',
    importance: 'HIGH',
    doc: "Client id, unique at the broker; names the source's session there. Empty: headwater- and the connector's name.",
  },
  username: { type: 'STRING', default: '', doc: 'User name; empty: none.' },
  password: { type: 'PASSWORD', default: null, doc: 'Password of the user.' },
  'tls.ca.file': { type: 'STRING', default: '', doc: 'PEM file of the authorities to trust. Empty: those of Node.' },
  'tls.cert.file': { type: 'STRING', default: '', doc: 'PEM file of the certificate to show to the broker, with tls.key.file.' },
  'tls.key.file': { type: 'STRING', default: '', doc: "PEM file of that certificate's key." },
  'keepalive.s': {
    type: 'INT',
    default: 30,
    importance: 'LOW',
    doc: 'A broker that is silent for one and a half times this long counts as away.',
    validator: validators.inRange(1, 65_535),
  },
  'connect.timeout.ms': {
    type: 'INT',
    default: 10_000,
    importance: 'LOW',
    doc: 'A connection that is not made after this long is tried again.',
    validator: validators.inRange(1),
  },
});

type ConnectionOptions = ReturnType<typeof connectionConfig.parse>;
type Connect = (more: IClientOptions, signal: AbortSignal, prepare?: (client: MqttClient) => void) => Promise<MqttClient>;

/** Answers of the broker that waiting does not change (MQTT 5, 2.4): version, client id, credentials, rights, a ban, the method. */
const FINAL = new Set([0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c]);
const CLOSE_MS = 2000;

/**
 * Loads the package `mqtt` and gives what makes one connection with MQTT 5, without any reconnecting: the worker's own back-off tries again.
 * `prepare` sees the client before its first packet.
 *
 * @throws RetriableError where the broker is away, Error where it refuses for good
 */
export async function mqttConnector(options: ConnectionOptions, connector: string): Promise<Connect> {
  const mqtt = await optionalPackage<typeof import('mqtt')>('mqtt', 'the mqtt connector', () => import('mqtt'));
  const pem = async (path: string): Promise<Buffer | undefined> => (path === '' ? undefined : readFile(path));
  const { url, username, password } = options;
  const [ca, cert, key] = await Promise.all([pem(options['tls.ca.file']), pem(options['tls.cert.file']), pem(options['tls.key.file'])]);
  const settings: IClientOptions = {
    protocolVersion: 5,
    clientId: options['client.id'] || `headwater-${connector}`,
    keepalive: options['keepalive.s'],
    connectTimeout: options['connect.timeout.ms'],
    reconnectPeriod: 0,
    resubscribe: false,
    ...(username && { username }),
    ...(password && { password: password.reveal() }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  };
  return async (more, signal, prepare) => {
    const client = mqtt.connect(url, { ...settings, ...more });
    prepare?.(client);
    // What was sent and not answered fails with the connection.
    client.once('close', () => client.end(true));
    const abort = (): void => void client.end(true);
    signal.addEventListener('abort', abort);
    try {
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.once('error', reject);
        client.once('close', () => reject(new Error('it closed the connection')));
      });
      return client;
    } catch (thrown) {
      client.end(true);
      const problem = `MQTT broker ${url}: ${reasonOf(thrown)}`;
      throw FINAL.has(reasonCode(thrown)) ? new Error(problem, { cause: thrown }) : new RetriableError(problem, { cause: thrown });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}

/** Says good-bye after what was written before; cuts the connection where the broker does not answer. */
export async function closeConnection(client: MqttClient): Promise<void> {
  if (!client.connected) return;
  // Not the client's own callback: it waits for answers to all that was sent, also when the connection that they would come on is gone.
  const closed = new Promise((resolve) => client.stream.once('close', resolve));
  const late = setTimeout(() => client.stream.destroy(), CLOSE_MS);
  client.end();
  await closed;
  clearTimeout(late);
}

/** The reason code of an error that the broker answered with, or -1. */
export function reasonCode(thrown: unknown): number {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' ? thrown.code : -1;
}
