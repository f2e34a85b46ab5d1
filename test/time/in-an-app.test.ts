import { afterEach, describe, expect, it } from 'vitest';

import { aggregate, blueprint, join, json, LateOutput, topology, window, type Models, type Windowed } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

const number = json<number>();
const windows = json<Windowed<number>>();
const pairs = json<[number, number | null]>();

const busy = topology('busy', ({ source, step, sink }) => {
  const late = new LateOutput<number>();
  const left = source('left', number);
  const perSecond = step(
    'per-second',
    left.pipe(window.tumbling({ name: 'sum', size: '1s', emit: 'final', aggregate: aggregate.sum(), late })),
  );
  sink('sums', windows, perSecond);
  sink('late', number, late);
  const pair = (one: number, other: number | null): [number, number | null] => [one, other];
  sink('pairs', pairs, left.pipe(join.streams(source('right', number), { name: 'pair', within: '100ms', type: 'left' }, pair)));
});

describe('windows and joins in an app', () => {
  let driver: TopologyDriver | undefined;
  afterEach(() => driver?.close());

  it('work on every partition for itself, with their late output and across a restart', async () => {
    driver = await TopologyDriver.start(busy, { partitions: 3, slice: { records: 7 } });
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const second = (at: number) => [0, 300, 600].flatMap((ms) => keys.map((key) => ({ key, value: 1, timestamp: at * 1000 + ms })));
    await driver.pipe(
      'right',
      number,
      keys.map((key) => ({ key, value: 7, timestamp: 350 })),
    );
    await driver.pipe('left', number, [...second(0), ...second(1)]);
    await driver.restart();
    await driver.pipe('left', number, [{ key: 'a', value: 99, timestamp: 10 }, ...second(2)]);

    const sums = await driver.read('sums', windows);
    expect(sums.filter(({ value }) => value.start === 0).map(({ key, value }) => [key, value.value])).toEqual(
      expect.arrayContaining(keys.map((key) => [key, 3])),
    );
    expect(sums).toHaveLength(10);
    expect((await driver.read('late', number)).map(({ key, value, timestamp }) => [key, value, timestamp])).toEqual([['a', 99, 10]]);
    const joined = await driver.read('pairs', pairs);
    expect(joined.filter(({ value }) => value[1] === 7)).toHaveLength(keys.length);
  });

  it('are known before a record flows', () => {
    expect(blueprint(busy, {} as Models).stores.map(({ name }) => name)).toEqual(['sum', 'pair']);
  });
});
