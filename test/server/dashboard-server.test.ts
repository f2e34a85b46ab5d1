import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImageEvent } from '../../src/events/image-event.js';
import { LabelEvent } from '../../src/events/label-event.js';
import { PredictionEvent } from '../../src/events/prediction-event.js';
import { json } from '../../src/serde/json.js';
import { TopologyDriver } from '../../src/testing/topology-driver.js';
import { topology } from '../../src/topology/topology.js';
import { serve, type Served } from './serve.js';

const frame = await readFile('topologies/sample/junction/frames/0001.jpg');
const hostile = '<img src=x onerror=alert(1)>';
const camera = {
  camera: hostile,
  width: 512,
  height: 384,
  regions: [
    {
      name: 'gate',
      polygon: [
        [20, 20],
        [90, 20],
        [90, 90],
        [20, 90],
      ] as const,
    },
  ],
};

const judging = topology('judging', ({ source, sink }) => {
  sink('seen', json(), source('predictions', PredictionEvent));
});

let driver: TopologyDriver;
let served: Served;
beforeEach(async () => {
  driver = await TopologyDriver.start(judging);
  await driver.log.createTopics(['camera-frames', 'labels'].map((name) => ({ name, partitions: 1 })));
  served = await serve(driver, [camera]);
});
afterEach(() => served.close());

const get = (url: string, headers: Record<string, string> = {}) => served.server.inject({ url, headers });
const post = (body: unknown, headers: Record<string, string> = {}) =>
  served.server.inject({
    method: 'POST',
    url: '/api/labels',
    payload: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

async function predict(label = 'occupied'): Promise<PredictionEvent> {
  const image = { encoding: 'image/jpeg', width: 512, height: 384, bytes: frame, uri: null, sha256: null, attributes: {} };
  await driver.append('camera-frames', ImageEvent, [{ value: { camera: hostile, capturedAt: 5, ...image } }]);
  const prediction: PredictionEvent = {
    id: 'camera-frames-0-0/gate',
    camera: hostile,
    region: 'gate',
    capturedAt: 5,
    predictedAt: 35,
    head: { name: 'occupied', version: 'abc' },
    featurizer: 'EfficientNetLite0@1',
    label,
    labels: ['clear', 'occupied'],
    probabilities: [0.25, 0.75],
    frame: { topic: 'camera-frames', partition: 0, offset: 0 },
  };
  await driver.pipe('predictions', PredictionEvent, [{ value: prediction }]);
  await expect.poll(async () => (await get('/api/predictions')).json<unknown[]>().length, { timeout: 5000 }).toBe(1);
  return prediction;
}

describe('health', () => {
  it('is ready while the log answers and the app has partitions, and says why it is not', async () => {
    expect((await get('/healthz')).json()).toEqual({ status: 'ok' });
    await expect.poll(async () => (await get('/readyz')).statusCode).toBe(200);
    await driver.app.stop();
    const answer = await get('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, reasons: ['judging has no partition'] }]);
    await driver.log.close();
    const { reasons } = (await get('/readyz')).json<{ reasons: string[] }>();
    expect(reasons[0]).toMatch(/does not answer: .* is closed/);
    expect((await get('/healthz')).statusCode).toBe(200);
  });
});

describe('the API', () => {
  it('gives predictions with the frame that they came from, and the newest frame of each camera', async () => {
    await predict();
    const [prediction] = (await get('/api/predictions?limit=5')).json<[Record<string, unknown>]>();
    expect(prediction).toMatchObject({
      region: 'gate',
      probability: 0.75,
      tone: 1,
      truth: null,
      picture: '/api/frames/camera-frames/0/0.jpg',
    });
    const { cameras } = (await get('/api/overview')).json<{ cameras: unknown[] }>();
    expect(cameras).toMatchObject([
      { camera: hostile, width: 512, regions: [{ region: 'gate', label: 'occupied', polygon: camera.regions[0]!.polygon }] },
    ]);
  });

  it('draws the regions on a frame in the colour of what was predicted', async () => {
    await predict();
    const plain = await get('/api/frames/camera-frames/0/0.jpg?plain=true');
    expect([plain.headers['content-type'], Buffer.compare(plain.rawPayload, frame)]).toEqual(['image/jpeg', 0]);
    const drawn = await sharp((await get('/api/frames/camera-frames/0/0.jpg')).rawPayload)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(drawn.info).toMatchObject({ width: 512, height: 384 });
    const [red, , blue] = drawn.data.subarray((60 * 512 + 20) * 3);
    expect([red! > 180, blue! < 90]).toEqual([true, true]);
  });

  it.each([
    ['/api/frames/camera-frames/0/7.jpg', 404, 'HW_FRAME_UNKNOWN'],
    ['/api/frames/camera-frames/9/0.jpg', 404, 'HW_FRAME_UNKNOWN'],
    ['/api/frames/nowhere/0/0.jpg', 404, 'HW_TOPIC_UNKNOWN'],
    ['/api/frames/predictions/0/0.jpg', 422, 'HW_SERDE'],
    ['/api/frames/predictions/0/x.jpg', 400, 'FST_ERR_VALIDATION'],
    ['/api/predictions?limit=1000000', 400, 'FST_ERR_VALIDATION'],
    ['/api/nothing', 404, 'NOT_FOUND'],
  ])('refuses %s with %i', async (url, status, code) => {
    await predict();
    const answer = await get(url);
    expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([status, code]);
  });

  it('lists dead letters with reason, place and headers', async () => {
    await driver.log.append([{ topic: 'predictions', key: Buffer.from(hostile), value: Buffer.from('no prediction'), timestamp: 7 }]);
    await driver.settle();
    const letters = (await get('/api/dead-letters')).json<Record<string, unknown>[]>();
    expect(letters).toMatchObject([
      {
        topic: 'judging-dead-letter',
        key: hostile,
        bytes: 13,
        stage: 'DESERIALIZE',
        app: 'judging',
        origin: 'predictions-0@0',
        timestamp: 7,
      },
    ]);
    expect(letters[0]!['reason']).toMatch(/PredictionEvent/);
  });

  it('gives the topology and the lag of the apps', async () => {
    expect((await get('/api/topologies')).json()).toMatchObject([{ app: 'judging', sources: ['predictions'], sinks: ['seen'] }]);
    await predict();
    expect((await get('/api/lag')).json()).toMatchObject([{ app: 'judging', offsets: [{ topic: 'predictions', partition: 0, lag: 0 }] }]);
  });
});

describe('POST /api/labels', () => {
  const label = { camera: hostile, region: 'gate', capturedAt: 5, label: 'clear', predictionId: 'camera-frames-0-0/gate' };

  it('writes a label that the loop can join', async () => {
    await predict();
    expect((await post(label)).statusCode).toBe(201);
    const [written] = await driver.read('labels', LabelEvent);
    expect(written).toMatchObject({ key: `${hostile}/gate`, value: { ...label, source: 'dashboard' } });
    await expect.poll(async () => (await get('/api/predictions')).json<[{ truth: string }]>()[0].truth, { timeout: 5000 }).toBe('clear');
  });

  it('finds the frame of a label that only names its prediction', async () => {
    await predict();
    expect((await post({ predictionId: 'camera-frames-0-0/gate', label: 'clear', source: 'guard' })).statusCode).toBe(201);
    const [written] = await driver.read('labels', LabelEvent);
    expect(written).toMatchObject({ key: `${hostile}/gate`, value: { ...label, source: 'guard' } });
  });

  it.each([
    [{ predictionId: 'camera-frames-0-1/gate', label: 'clear' }, /the frame of camera-frames-0-1\/gate is not kept/],
    [{ predictionId: 'gate', label: 'clear' }, /predictionId must be TOPIC-PARTITION-OFFSET\/REGION, got "gate"/],
    [{ ...label, camera: '' }, /label 0: camera must be a text/],
    [{ ...label, label: 7 }, /label must be a text of 1 to 200 letters, got 7/],
    [{ ...label, capturedAt: '5' }, /capturedAt must be whole milliseconds since 1970, got "5"/],
    [{ ...label, note: 'x' }, /unknown field "note"/],
    [[label, null], /label 1: expected an object, got null/],
    [[], /expected 1 to 1000 labels, got 0/],
  ])('refuses %j and writes nothing', async (body, message) => {
    await predict();
    const answer = await post(body);
    expect([answer.statusCode, answer.json<{ error: { message: string } }>().error.message]).toEqual([400, expect.stringMatching(message)]);
    expect(await driver.read('labels', LabelEvent)).toEqual([]);
  });

  it("takes no other page's posts", async () => {
    expect((await post(label, { host: 'localhost:80', origin: 'http://evil.example' })).statusCode).toBe(403);
    expect((await post(label, { host: 'localhost:80', origin: 'null' })).statusCode).toBe(403);
    expect((await post(label, { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect((await post(label, { host: 'localhost:80', origin: 'http://localhost:80' })).statusCode).toBe(201);
    expect(await driver.read('labels', LabelEvent)).toHaveLength(1);
  });
});

describe('the guard', () => {
  it('lets nothing in from elsewhere', async () => {
    const answer = await get('/');
    expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self'/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('does not answer to a name that somebody else has made to point here', async () => {
    expect((await get('/api/overview', { host: 'rebound.example' })).statusCode).toBe(403);
  });
});
