import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSink } from '../../../src/testing/index.js';
import { ConnectorRig, untilLength } from '../../../src/testing/check-connector/connector-rig.js';
import { mqttSink } from '../../../connectors/mqtt/mqtt-sink.js';
import { selfSignedCertificate } from '../../kafka/certificate.js';
import { run } from '../../kafka/jars.js';
import { FlakyProxy } from './flaky-proxy.js';
import { hasMosquitto, Mosquitto } from './mosquitto.js';
import { Subscriber } from './mqtt-client.js';

const JSON_PLAIN = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter', 'value.converter.schemas.enable': 'false' };

describe.skipIf(!hasMosquitto)('with a mosquitto broker', () => {
  let broker: Mosquitto;
  let all: Subscriber;
  let places = 0;
  beforeAll(async () => {
    broker = await Mosquitto.start();
    all = await Subscriber.start(broker.url, '#', 'all');
  });
  afterAll(async () => {
    await all.end();
    await broker.remove();
  });

  const place = (): Record<string, string> => ({ url: broker.url, 'client.id': `k${++places}`, 'mqtt.topic': `k${places}/\${topic}` });
  const heard = (properties: Record<string, string>) => all.heard.filter(({ topic }) => topic.startsWith(`${properties['client.id']}/`));
  const numbers = (properties: Record<string, string>): number[] =>
    heard(properties).map(({ payload }) => (JSON.parse(payload) as { n: number }).n);
  const counted = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ n: from + i }));

  checkSink(
    'MqttSink',
    mqttSink,
    { delivery: 'at-least-once', properties: () => Promise.resolve(place()), delivered: (given) => Promise.resolve(numbers(given)) },
    { describe, it },
  );

  it('makes topics of fields, names the record, keeps the last message of a topic', async () => {
    const properties: Record<string, string> = { ...place(), retain: 'true' };
    properties['mqtt.topic'] = `${properties['client.id']}/\${value.camera}`;
    const rig = new ConnectorRig(mqttSink, { ...JSON_PLAIN, ...properties });
    await rig.start();
    await rig.append([
      { n: 0, camera: 'gate' },
      { n: 1, camera: 'yard' },
      { n: 2, camera: 'gate' },
    ]);
    await untilLength(() => Promise.resolve(heard(properties)), 3);
    expect(heard(properties)[2]).toMatchObject({
      topic: `${properties['client.id']}/gate`,
      payload: '{"n":2,"camera":"gate"}',
      id: 'check-0-2',
    });
    const late = await Subscriber.start(broker.url, `${properties['client.id']}/gate`, 'late');
    await untilLength(() => Promise.resolve(late.heard), 1);
    expect(late.heard[0]).toMatchObject({ payload: '{"n":2,"camera":"gate"}', retained: true });
    await late.end();
    await rig.close();
  });

  it('loses nothing while the broker is stopped and comes back, while connections break, and while it is slow', async () => {
    const proxy = await FlakyProxy.start(broker.port, 9);
    proxy.flakiness = { cutAfterMs: 200, delayMs: 5 };
    const properties = { ...place(), url: `mqtt://127.0.0.1:${proxy.port}` };
    const rig = new ConnectorRig(mqttSink, { ...JSON_PLAIN, ...properties });
    await rig.start();
    let sent = 0;
    for (; sent < 1000; sent += 50) {
      await rig.append(counted(sent, sent + 50));
      if (sent % 150 === 0) proxy.cut();
      if (sent === 300) await broker.stop();
      if (sent === 500) await broker.start();
      await pause(100);
    }
    proxy.flakiness = {};
    const deadline = Date.now() + 60_000;
    while (new Set(numbers(properties)).size < sent && Date.now() < deadline) await pause(50);
    const found = numbers(properties);
    expect([...new Set(found)]).toEqual(counted(0, sent).map(({ n }) => n));
    // What comes twice says so.
    expect(new Set(heard(properties).map(({ id }) => id)).size).toBe(sent);
    expect(rig.taskState()).toBe('RUNNING');
    await rig.close();
    await proxy.stop();
  });

  it('reports what cannot be published and goes on', async () => {
    const properties = place();
    properties['mqtt.topic'] = `${properties['client.id']}/\${value.camera}`;
    const tolerant = { 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'dead' };
    const rig = new ConnectorRig(mqttSink, { ...JSON_PLAIN, ...properties, ...tolerant });
    await rig.start();
    await rig.append([{ n: 0, camera: '#' }, { n: 1 }, { n: 2, camera: 'gate' }]);
    await untilLength(() => Promise.resolve(heard(properties)), 1);
    await untilLength(() => rig.records('dead'), 2);
    expect(numbers(properties)).toEqual([2]);
    await rig.close();
  });
});

describe.skipIf(!hasMosquitto)('with a broker that asks for TLS and a password', () => {
  let broker: Mosquitto;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-mqtt-tls-'));
    await selfSignedCertificate(folder);
    await writeFile(join(folder, 'acl'), 'user camera\ntopic readwrite open/#\n');
    await run('mosquitto_passwd', ['-b', '-c', join(folder, 'passwords'), 'camera', 'secret']);
    broker = await Mosquitto.start([
      `certfile ${join(folder, 'certificate.pem')}`,
      `keyfile ${join(folder, 'key.pem')}`,
      `password_file ${join(folder, 'passwords')}`,
      `acl_file ${join(folder, 'acl')}`,
    ]);
  });
  afterAll(async () => {
    await broker.remove();
    await rm(folder, { recursive: true });
  });
  const sink = (more: Record<string, string>): ConnectorRig =>
    new ConnectorRig(mqttSink, {
      ...JSON_PLAIN,
      url: broker.url.replace('mqtt:', 'mqtts:'),
      username: 'camera',
      'tls.ca.file': join(folder, 'certificate.pem'),
      'mqtt.topic': '${value.topic}',
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': 'dead',
      ...more,
    });

  it('publishes what the user may and reports what not', async () => {
    const rig = sink({ password: 'secret' });
    await rig.start();
    await rig.append([{ topic: 'open/a' }, { topic: 'closed/a' }, { topic: 'open/b' }]);
    const dead = await untilLength(() => rig.records('dead'), 1);
    expect(dead.map(({ value }) => String(value))).toEqual(['{"topic":"closed/a"}']);
    expect(rig.taskState()).toBe('RUNNING');
    await rig.close();
  });

  it('fails with another password, and does not tell it', async () => {
    const rig = sink({ password: 'wrong-one' });
    await rig.start();
    await rig.append([{ topic: 'open/a' }]);
    await untilLength(() => Promise.resolve([rig.taskState()].filter((state) => state === 'FAILED')), 1);
    const { trace } = rig.worker.herder.taskStatus('check', 0);
    expect(trace).toMatch(/Connection refused: (Not authorized|Bad User Name or Password)/);
    expect(trace).not.toContain('wrong-one');
    await rig.close();
  });

  it('does not trust an authority that it was not told of', async () => {
    const rig = sink({ password: 'secret', 'tls.ca.file': '' });
    await rig.start();
    await rig.append([{ topic: 'open/a' }]);
    await pause(1500);
    expect(await rig.records('dead')).toEqual([]);
    expect((await rig.log.committed('connect-check')).filter(({ offset }) => offset > 0)).toEqual([]);
    await rig.close();
  });
});
