import { afterEach, describe, expect, it } from 'vitest';

import { json, scanState, topology } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

interface Detection {
  readonly site: string;
  readonly count: number;
}
const detections = json<Detection>();
const totals = json<number>();

const perSite = topology('per-site', ({ source, repartition, sink }) => {
  const bySite = repartition('by-site', detections, source('detections', detections), ({ site }) => site);
  sink('totals', totals, bySite.pipe(scanState({ name: 'total', seed: () => 0 }, (total, { count }) => total + count)));
});

describe('repartition', () => {
  let driver: TopologyDriver | undefined;
  afterEach(() => driver?.close());

  it('brings the records of a key together, whichever partition they came from, and goes on after a restart', async () => {
    driver = await TopologyDriver.start(perSite, { partitions: 4, app: 'sites' });
    const inputs = Array.from({ length: 40 }, (_, index) => ({
      key: `camera-${index % 8}`,
      value: { site: index % 2 === 0 ? 'north' : 'south', count: index },
      timestamp: index,
    }));
    await driver.pipe('detections', detections, inputs.slice(0, 20));
    await driver.restart();
    await driver.pipe('detections', detections, inputs.slice(20));

    const last = new Map((await driver.read('totals', totals)).map(({ key, value, partition }) => [key, { value, partition }]));
    expect(last.get('north')!.value).toBe(380);
    expect(last.get('south')!.value).toBe(400);
    const between = await driver.read('sites-by-site-repartition', detections);
    expect(between.map(({ value, timestamp }) => value.count === timestamp)).toEqual(inputs.map(() => true));
    expect(new Set(between.filter(({ key }) => key === 'north').map(({ partition }) => partition)).size).toBe(1);
  });
});
