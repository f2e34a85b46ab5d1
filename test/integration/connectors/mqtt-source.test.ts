import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImageEvent, LogRegistry, type LogRecord } from '../../../src/index.js';
import { checkSource } from '../../../src/testing/index.js';
import { ConnectorRig, untilLength } from '../../../src/testing/check-connector/connector-rig.js';
import { mqttSource } from '../../../connectors/mqtt/mqtt-source.js';
import { FlakyProxy } from './flaky-proxy.js';
import { hasMosquitto, Mosquitto } from './mosquitto.js';
import { makeSession, publish } from './mqtt-client.js';

const STRING = 'org.apache.kafka.connect.storage.StringConverter';
const texts = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `item ${from + i}`);
const numberOf = ({ value }: LogRecord): number => Number(String(value).replace('item ', ''));

describe.skipIf(!hasMosquitto)('with a mosquitto broker', () => {
  let broker: Mosquitto;
  let sessions = 0;
  beforeAll(async () => {
    broker = await Mosquitto.start();
  });
  afterAll(() => broker.remove());

  /** A source of a topic of its own, whose session is there already. */
  async function source(more: Record<string, string> = {}): Promise<Record<string, string>> {
    const name = `s${++sessions}`;
    await makeSession(broker.url, name, [`${name}/#`]);
    const text = { payload: 'string', key: '', 'value.converter': STRING, 'key.converter': STRING };
    return { url: broker.url, 'client.id': name, 'mqtt.topics': `${name}/#`, topic: 'check', ...text, ...more };
  }
  const numbers = async (rig: ConnectorRig): Promise<number[]> => (await rig.records('check')).map(numberOf);
  const wanted = (to: number): number[] => Array.from({ length: to }, (_, n) => n);

  checkSource(
    'MqttSource',
    mqttSource,
    {
      replays: false,
      properties: source,
      offer: (properties, from, to) => publish(broker.url, `${properties['client.id']}/a`, texts(from, to)),
      item: numberOf,
    },
    { describe, it },
  );

  it('writes pictures as events that ImageEvent reads, keyed by a level of their topic', async () => {
    const properties = await source({ payload: 'image', key: '${2}', 'value.converter': 'io.confluent.connect.avro.AvroConverter' });
    await publish(broker.url, `${properties['client.id']}/gate/frames`, [Buffer.from([0xff, 0xd8, 0xff])], () => ({
      properties: { userProperties: { capturedAt: '1700000000123', lens: 'wide' } },
    }));
    const rig = new ConnectorRig(mqttSource, properties);
    await rig.start();
    const [record] = await untilLength(() => rig.records('check'), 1);
    const event = await ImageEvent.bind({ topic: 'check', side: 'value', registry: new LogRegistry(rig.log) }).deserialize(record!.value);
    expect(String(record!.key)).toBe('gate');
    expect(event).toMatchObject({ camera: 'gate', capturedAt: 1700000000123, encoding: 'image/jpeg', attributes: { lens: 'wide' } });
    expect(Buffer.from(event.bytes!).toString('hex')).toBe('ffd8ff');
    await rig.close();
  });

  it('leaves no message unacknowledged and none acknowledged too early', async () => {
    const properties = await source({
      'max.in.flight': '4',
      'transaction.boundary': 'interval',
      'transaction.boundary.interval.ms': '700',
    });
    const rig = new ConnectorRig(mqttSource, properties);
    await rig.start();
    await publish(broker.url, `${properties['client.id']}/a`, texts(0, 12));
    const deadline = Date.now() + 15_000;
    // The broker sends four ahead; the next four come only once a commit has acknowledged these.
    const seen = new Set<number>();
    while (!seen.has(12) && Date.now() < deadline) {
      seen.add((await numbers(rig)).length);
      await pause(10);
    }
    expect([...seen].filter((length) => length % 4 !== 0)).toEqual([]);
    expect(await numbers(rig)).toEqual(wanted(12));
    await rig.close();
  });

  /** Waits until so many different numbers are on the log, then for any more that may come; gives them all. */
  async function settled(rig: ConnectorRig, length: number): Promise<number[]> {
    const deadline = Date.now() + 60_000;
    while (new Set(await numbers(rig)).size < length && Date.now() < deadline) await pause(50);
    await pause(1000);
    return numbers(rig);
  }

  it('loses nothing while the broker is stopped and comes back, and while connections break', async () => {
    const proxy = await FlakyProxy.start(broker.port, 7);
    proxy.flakiness = { cutAfterMs: 300 };
    const properties = await source({ url: `mqtt://127.0.0.1:${proxy.port}` });
    const rig = new ConnectorRig(mqttSource, properties);
    await rig.start();
    let sent = 0;
    for (; sent < 400; sent += 20) {
      await publish(broker.url, `${properties['client.id']}/a`, texts(sent, sent + 20));
      if (sent % 60 === 0) proxy.cut();
      if (sent !== 200) continue;
      await broker.stop();
      await pause(300);
      await broker.start();
    }
    const found = await settled(rig, sent);
    expect([...new Set(found)].sort((a, b) => a - b)).toEqual(wanted(sent));
    expect(rig.taskState()).toBe('RUNNING');
    await rig.close();
    await proxy.stop();
  });

  it('stores a message once that carries an id, however often connections break and the worker restarts', async () => {
    const proxy = await FlakyProxy.start(broker.port, 8);
    proxy.flakiness = { cutAfterMs: 300 };
    const properties = await source({ url: `mqtt://127.0.0.1:${proxy.port}` });
    const rig = new ConnectorRig(mqttSource, properties);
    await rig.start();
    let sent = 0;
    for (; sent < 600; sent += 30) {
      const id = (n: number) => ({ properties: { userProperties: { id: `m${sent + n}` } } });
      await publish(broker.url, `${properties['client.id']}/a`, texts(sent, sent + 30), id);
      if (sent % 90 === 30) proxy.cut();
      if (sent % 90 !== 0) continue;
      await rig.stop();
      await rig.start();
    }
    expect(await settled(rig, sent)).toEqual(wanted(sent));
    await rig.close();
    await proxy.stop();
  });

  it('stops although the broker has not answered its subscription', async () => {
    const accepted = Buffer.of(0x20, 3, 0, 0, 0);
    let subscriptions = 0;
    const server = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', () => {
          socket.write(accepted);
          socket.on('data', () => subscriptions++);
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const rig = new ConnectorRig(mqttSource, { ...(await source()), url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` });
    await rig.start();
    await untilLength(() => Promise.resolve([subscriptions].filter((count) => count > 0)), 1);
    const stopped = await Promise.race([rig.stop().then(() => true), pause(20_000, false)]);
    expect(stopped).toBe(true);
    await rig.close();
    server.close();
  });

  it('fails when the broker refuses a subscription', async () => {
    const rig = new ConnectorRig(mqttSource, { ...(await source()), 'mqtt.topics': 'a/#/b' });
    await rig.start();
    await untilLength(() => Promise.resolve([rig.taskState()].filter((state) => state === 'FAILED')), 1);
    expect(rig.worker.herder.taskStatus('check', 0).trace).toContain('refuses a subscription to a/#/b');
    await rig.close();
  });

  it('fails the task for a message that is no JSON, or leaves it out where errors are tolerated', async () => {
    const json = {
      payload: 'json',
      'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
      'value.converter.schemas.enable': 'false',
    };
    for (const tolerance of ['none', 'all']) {
      const properties = await source({ ...json, 'errors.tolerance': tolerance });
      await publish(broker.url, `${properties['client.id']}/a`, ['{"n":1}', '{"n":', '{"n":12345678901234567}']);
      const rig = new ConnectorRig(mqttSource, properties);
      await rig.start();
      await untilLength(() => Promise.resolve([rig.taskState()].filter((state) => tolerance === 'all' || state === 'FAILED')), 1);
      if (tolerance === 'all') {
        await untilLength(() => rig.records('check'), 2);
        expect((await rig.records('check')).map(({ value }) => String(value))).toEqual(['{"n":1}', '{"n":12345678901234567}']);
      }
      await rig.close();
    }
  });
});
