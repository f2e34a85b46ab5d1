import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { json } from '../../src/serde/json.js';
import { exposition } from '../../src/server/metrics/exposition.js';
import { Durations } from '../../src/topology/durations.js';
import { topology } from '../../src/topology/topology.js';
import { TopologyDriver } from '../../src/testing/topology-driver.js';
import { serve, type Served } from './serve.js';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool)
  console.warn('*** SKIPPED: metrics are not read by Prometheus, there is no promtool (Debian: apt-get install prometheus). ***');

const copying = topology('copying', ({ source, sink }) => {
  sink('copies', json<number>(), source('numbers', json<number>()));
});

let served: Served | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

describe('exposition', () => {
  it('escapes what labels and help may hold', () => {
    const samples = [{ labels: { camera: 'a"b\\c\nd' }, value: 1 }];
    expect(exposition([{ name: 'm', type: 'gauge', help: 'two\nlines', samples }])).toBe(
      '# HELP m two\\nlines\n# TYPE m gauge\nm{camera="a\\"b\\\\c\\nd"} 1\n',
    );
  });

  it('spells what is no number as Prometheus does', () => {
    const samples = [{ value: NaN }, { value: Infinity }, { value: -Infinity }, { value: 1e21 }];
    expect(
      exposition([{ name: 'm', type: 'gauge', help: '', samples }])
        .split('\n')
        .slice(2, -1),
    ).toEqual(['m NaN', 'm +Inf', 'm -Inf', 'm 1e+21']);
  });
});

describe('durations', () => {
  it('count each time in every bucket that holds it, and the longest in none', () => {
    const durations = new Durations();
    for (const ms of [1, 5, 60, 90_000]) durations.record(ms);
    const counts = new Map(durations.buckets().map(({ ms, count }) => [ms, count]));
    expect([counts.get(5), counts.get(50), counts.get(100), counts.get(60_000)]).toEqual([2, 2, 3, 3]);
    expect([durations.count, durations.sumMs]).toEqual([4, 90_066]);
    expect(durations.percentile(50)).toBeCloseTo(5, 1);
  });
});

describe('GET /metrics', () => {
  it('tells records, bytes, epochs, dead letters, latency and lag of every app', async () => {
    const driver = await TopologyDriver.start(copying);
    served = await serve(driver);
    await driver.pipe('numbers', json(), [
      { key: 'a', value: 1 },
      { key: 'b', value: 22 },
    ]);
    await driver.log.append([{ topic: 'numbers', key: null, value: Buffer.from('{') }]);
    await driver.settle();
    const text = (await served.server.inject('/metrics')).payload;
    const value = (series: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${series} `))
          ?.split(' ')[1],
      );
    expect(value('headwater_records_in_total{app="copying",topic="numbers"}')).toBe(3);
    expect(value('headwater_bytes_in_total{app="copying",topic="numbers"}')).toBe(4);
    expect(value('headwater_records_out_total{app="copying",topic="copies"}')).toBe(2);
    expect(value('headwater_bytes_out_total{app="copying",topic="copies"}')).toBe(3);
    expect(value('headwater_dead_letters_total{app="copying"}')).toBe(1);
    expect(value('headwater_epochs_total{app="copying"}')).toBe(value('headwater_epoch_seconds_count{app="copying"}'));
    expect(value('headwater_latency_seconds_count{app="copying"}')).toBe(3);
    expect(value('headwater_latency_seconds_bucket{app="copying",le="+Inf"}')).toBe(3);
    expect(value('headwater_lag_records{app="copying",topic="numbers",partition="0"}')).toBe(0);
    expect(value('headwater_assigned_partitions{app="copying"}')).toBe(1);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e7);
  });

  it.skipIf(!hasPromtool)('is read without a complaint by Prometheus itself', async () => {
    served = await serve(await TopologyDriver.start(copying));
    const { payload, headers } = await served.server.inject('/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const check = spawnSync('promtool', ['check', 'metrics'], { input: payload, encoding: 'utf8' });
    expect([check.status, check.stderr, check.stdout]).toEqual([0, '', '']);
  });
});
