import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { InferenceSession, Tensor } from 'onnxruntime-node';

import {
  decodeHead,
  FeatureEvent,
  joinLabels,
  LabelEvent,
  ModelEvent,
  openLog,
  retrain,
  Runtime,
  topology,
  type ModelVersion,
  type SimilarFrame,
} from 'headwater';
import predicting from '../../topologies/predict.js';
import retraining from '../../topologies/retrain.js';
import { writeLabelledFrames } from '../crash/labelled-frames.js';
import { headwater as runHeadwater } from './headwater.js';

const head = 'occupied@gate/left';
let folder: string;
let location: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-models-'));
  location = join(folder, 'log');
  await writeLabelledFrames(location);
  await train();
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a retraining topology until it has worked off its inputs; gives the versions of `head`. */
async function train(topology = retraining): Promise<{ versions: ModelVersion[]; champion: string }> {
  const log = await openLog(location);
  const runtime = await Runtime.open({ log });
  const app = await runtime.run(topology);
  while (!(await app.idle())) await new Promise((resolve) => setTimeout(resolve, 5));
  await app.stop();
  await runtime.close();
  const again = await Runtime.open({ log });
  const versions = again.modelRegistry.versions().filter((made) => made.head === head);
  const champion = again.modelRegistry.champions.get(head)!.version;
  await again.close();
  await log.close();
  return { versions, champion };
}

/** Predicts all features with the champions; gives the ids of the predictions of `head`. */
async function predict(): Promise<string[]> {
  await train(predicting);
  const { out } = await headwater('tail', 'predictions', '--json');
  const records = out.trim().split('\n').map((line) => JSON.parse(line) as { key: string; value: { id: string } }); // prettier-ignore
  return records.flatMap(({ key, value }) => (key === 'gate/left' ? [value.id] : []));
}

/** The feature vectors of a region, by the id of its prediction. */
async function featuresOf(region: string): Promise<Map<string, number[]>> {
  const { out } = await headwater('tail', 'features', '--json');
  const events = out.trim().split('\n').map((line) => (JSON.parse(line) as { value: FeatureEvent }).value); // prettier-ignore
  return new Map(
    events
      .filter((event) => event.region === region)
      .map(({ frame, features }) => [`${frame.topic}-${frame.partition}-${frame.offset}/${region}`, Object.values(features)]),
  );
}

function cosineDistance(x: readonly number[], y: readonly number[]): number {
  const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, each, at) => sum + each * b[at]!, 0);
  return 1 - product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

const headwater = (...argv: string[]) => runHeadwater(...argv, '--log', location);

describe('headwater models', () => {
  it('lists versions with what they are now and the verdict of the gate', async () => {
    const { champion, versions } = await train();
    const { out } = await headwater('models', 'list');
    const lines = out.split('\n').filter((line) => line.startsWith(head));
    expect(lines).toHaveLength(versions.length);
    expect(lines.find((line) => line.includes(champion))).toMatch(/champion .*promoted/);
  });

  it('trains a version again to the same bytes', async () => {
    const { versions } = await train();
    for (const { version } of versions.slice(0, 3)) {
      expect(await headwater('replay', version)).toMatchObject({ code: 0, out: expect.stringContaining(`equal: ${version}`) as string });
    }
    expect(await headwater('replay', 'nothing')).toMatchObject({
      code: 1,
      err: expect.stringContaining('0 versions begin with') as string,
    });
  });

  it('shows a model card', async () => {
    const { champion } = await train();
    const { out } = await headwater('models', 'show', champion);
    expect(out).toContain(`# ${head} ${champion}`);
    expect(out).toMatch(/Now champion[^]*## Gate\nPromoted\. Accuracy/);
  });

  it('shows where two versions differ, and nothing where they are one', async () => {
    const { versions } = await train();
    const [one, other] = versions as [ModelVersion, ModelVersion];
    const { out } = await headwater('models', 'diff', one.version, other.version);
    expect(out).toContain(one.snapshot.hash);
    expect(out).toContain(other.snapshot.hash);
    expect(out).not.toMatch(/^head /m);
    expect((await headwater('models', 'diff', one.version, one.version)).out.trim().split('\n')).toHaveLength(1);
  });

  it('rolls back and promotes through the trainer', async () => {
    const { champion } = await train();
    await headwater('models', 'rollback', head);
    const after = await train();
    expect(after.champion).not.toBe(champion);
    await headwater('models', 'promote', champion);
    expect((await train()).champion).toBe(champion);
  });

  it('trains a head that somebody asks for, once however often they ask', async () => {
    await headwater('models', 'rollback', head);
    const { champion } = await train();
    const asked = await headwater('retrain', head);
    expect(asked).toMatchObject({ code: 0, out: expect.stringContaining(`asked to train ${head}; the app that runs retrain`) as string });
    await headwater('retrain', head);
    await headwater('retrain', head);
    const { versions, champion: after } = await train();
    expect(after).not.toBe(champion);
    expect(versions.filter(({ reason }) => reason === 'asked by hand').map(({ version }) => version)).toEqual([after]);
    expect(await headwater('retrain', 'occupied')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no head of a region') as string,
    });
  });

  it('walks from a prediction to its frame, its head, the snapshot and the grid', async () => {
    const [id] = await predict();
    const { versions, champion } = await train();
    const { snapshot, search } = versions.find(({ version }) => version === champion)!;
    const { code, out } = await headwater('explain', id!);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^${id}: .*\\npredicted .*\\nframe  .*\\nfeatures  .*\\nhead       ${head} ${champion}, trained `));
    expect(out).toContain(`snapshot   ${snapshot.offsets.length} examples of features-`);
    expect(out).toContain(snapshot.hash);
    expect(out).toMatch(/\ngate {7}promoted, accuracy \d\.\d{3} on \d+ rows\n/);
    for (const { penalty, logLoss } of search!.points) expect(out).toContain(`${penalty} ${logLoss.toFixed(3)}`);
    expect((await headwater('explain', 'nothing')).err).toMatch(/^headwater: there is no prediction nothing\. Give/);
  });

  it('finds the frames that look most like that of a prediction', async () => {
    const ids = await predict();
    const { out } = await headwater('similar', ids[3]!, '--count', '5', '--json');
    const found = out.trim().split('\n').map((line) => JSON.parse(line) as SimilarFrame); // prettier-ignore
    const vectors = await featuresOf('left');
    const apart = (id: string) => cosineDistance(vectors.get(ids[3]!)!, vectors.get(id)!);
    const others = [...vectors.keys()].filter((id) => id !== ids[3]).sort((a, b) => apart(a) - apart(b));
    expect(found.map(({ id }) => id)).toEqual(others.slice(0, 5));
    for (const { id, distance, region, label } of found) {
      expect(region).toBe('left');
      expect(distance).toBeCloseTo(apart(id), 12);
      expect(['clear', 'occupied']).toContain(label);
    }
    expect((await headwater('similar', ids[3]!, '--everywhere')).out).toMatch(/ gate\/right /);
    expect((await headwater('similar', 'nothing')).err).toMatch(/^headwater: there is no prediction nothing\. Give/);
    expect((await headwater('similar', 'camera-frames-0-99999/left')).err).toMatch(/^headwater: the feature log has no features of /);
  });

  it('says where a version cannot be written', async () => {
    const { champion } = await train();
    const { code, err } = await headwater('models', 'export', champion, join(folder, 'no', 'head.onnx'));
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringMatching(/head\.onnx cannot be written: ENOENT.*\. Check/) as string,
    });
  });

  it('exports an ONNX model that gives the probabilities of the head', async () => {
    const { champion, versions } = await train();
    const file = join(folder, 'head.onnx');
    expect((await headwater('models', 'export', champion, file)).code).toBe(0);
    const session = await InferenceSession.create(await readFile(file));
    const features = Float32Array.from({ length: 64 }, (_, at) => Math.sin(at));
    const { probabilities } = await session.run({ features: new Tensor('float32', features, [2, 32]) });
    const expected = decodeHead(Buffer.from(versions.find(({ version }) => version === champion)!.file, 'base64')).predict(features);
    (probabilities!.data as Float32Array).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5));
  });
});

describe('headwater models of a registry that was pruned', () => {
  const keepingTwo = topology('retrain', ({ source, sink }) => {
    const examples = source('features', FeatureEvent).pipe(joinLabels(source('labels', LabelEvent), { name: 'examples' }));
    sink('models', ModelEvent, examples.pipe(retrain({ head: 'occupied', every: 20, keep: 2 })));
  });

  it('lists how many versions are gone, and says so to whoever asks for one', async () => {
    location = join(folder, 'pruned');
    await writeLabelledFrames(location);
    const { versions } = await train(keepingTwo);
    expect(versions.length).toBeLessThanOrEqual(5);
    const log = await openLog(location);
    const runtime = await Runtime.open({ log });
    const { count, versions: gone } = runtime.modelRegistry.pruned().find((one) => one.head === head)!;
    await runtime.close();
    await log.close();
    expect(count + versions.length).toBe(10);

    expect((await headwater('models', 'list')).out).toMatch(new RegExp(`^\\d+ older versions have been pruned: .*${head} ${count}`, 'm'));
    const rows = (await headwater('models', 'list', '--json')).out.trim().split('\n');
    expect(rows.map((row) => JSON.parse(row) as { head: string; pruned: number }).find((row) => row.head === head)!.pruned).toBe(count);
    const said = expect.stringContaining(`${gone[0]} of ${head} was pruned`) as string;
    expect(await headwater('replay', gone[0]!)).toMatchObject({ code: 1, err: said });
    expect(await headwater('models', 'promote', gone[0]!.slice(0, 8))).toMatchObject({ code: 1, err: said });
    expect(await headwater('backfill', head, '--version', gone[0]!)).toMatchObject({ code: 1, err: said });
  });
});
