import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

import { featurizer, isError, LanePool, LazyImage } from '../../../src/index.js';
import { withScans } from '../../image/jpeg-forgery.js';
import { picture } from '../../image/hostile-corpus.js';

const frame = (n: string) => new Uint8Array(readFileSync(new URL(`../../../topologies/sample/junction/frames/${n}.jpg`, import.meta.url)));
const pools: LanePool[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

function pool(count: number): LanePool {
  const made = new LanePool({ count, device: 'cpu' });
  pools.push(made);
  return made;
}

// Lanes start a TypeScript loader and a network each: slow where the machine is shared.
describe('lanes', { timeout: 90_000 }, () => {
  it('fail a bad row alone and answer the others of its batch', async () => {
    const model = featurizer('EfficientNetLite0', { lanes: pool(1) });
    const good = LazyImage.from(frame('0001'));
    const rows = [good, LazyImage.from(Buffer.from('bad')), good.crop({ x: 600, y: 0, width: 10, height: 10 }), good];
    const outcomes = await Promise.allSettled(rows.map((row) => model.apply(row)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(model.figures()).toMatchObject({ rows: 4, failed: 2, batches: 1, waiting: 0 });
  });

  // A machine with much else to do may hold up a street frame for longer than the deadline.
  it('replace a lane that misses its deadline, fail the row at fault and answer the rest', { retry: 2 }, async () => {
    // 4,096 x 2,048 pixels in a hundred scans pass the limits and take most of a second.
    const large = await picture().resize(4096, 2048).jpeg({ progressive: true }).toBuffer();
    const slow = withScans(large, 90);
    const model = featurizer('EfficientNetLite0', { lanes: pool(1), deadlineMs: 300 });
    await model.apply(LazyImage.from(frame('0001')));
    const outcomes = await Promise.allSettled([frame('0002'), slow, frame('0003')].map((bytes) => model.apply(LazyImage.from(bytes))));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(isError((outcomes[1] as PromiseRejectedResult).reason, 'HW_LANE_DEADLINE')).toBe(true);
  });

  it('say which file a model cannot be loaded from', async () => {
    const batcher = pool(1).acquire({
      name: 'none',
      file: '/nowhere/model.onnx',
      input: { name: 'image', width: 8, height: 8 },
      outputs: ['y'],
    });
    const thrown: unknown = await batcher.answer(LazyImage.from(frame('0001'))).catch((reason: unknown) => reason);
    expect(isError(thrown, 'HW_MODEL_LOAD')).toBe(true);
    expect(String(thrown)).toContain('/nowhere/model.onnx');
  });

  it('refuse rows above the bound of the queue, and after the model was closed', async () => {
    const model = featurizer('EfficientNetLite0', { lanes: pool(1), maxQueue: 1 });
    const waiting = model.apply(LazyImage.from(frame('0001')));
    const refused: unknown = await model.apply(LazyImage.from(frame('0001'))).catch((reason: unknown) => reason);
    expect(isError(refused, 'HW_MODEL_QUEUE_FULL')).toBe(true);
    await waiting;
    model.close();
    const closed: unknown = await model.apply(LazyImage.from(frame('0001'))).catch((reason: unknown) => reason);
    expect(isError(closed, 'HW_MODEL_CLOSED')).toBe(true);
  });

  it('do not hold a process open, and burn no CPU while they wait', () => {
    const home = fileURLToPath(new URL('../../../', import.meta.url));
    const script = `
      import { readFileSync } from 'node:fs';
      import { featurizer, LazyImage } from './src/index.ts';
      const model = featurizer();
      await model.apply(LazyImage.from(readFileSync('topologies/sample/junction/frames/0001.jpg')));
      const before = process.cpuUsage();
      await new Promise((done) => setTimeout(done, 1000));
      const { user, system } = process.cpuUsage(before);
      console.log((user + system) / 1000);`;
    const cpuMs = Number(
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: home, timeout: 60_000 }),
    );
    // A thread that spins takes all of the second; the rest is what a loaded machine adds.
    expect(cpuMs).toBeLessThan(300);
  });
});
