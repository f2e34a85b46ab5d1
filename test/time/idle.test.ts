import { afterEach, describe, expect, it } from 'vitest';

import { aggregate, json, topology, window } from 'headwater';
import { TopologyDriver } from 'headwater/testing';

const number = json<number>();
const results = json<{ start: number; value: number }>();

const sums = (idle?: '10s') =>
  topology('sums', ({ source, sink }) => {
    const options = { name: 'sum', size: '5s', grace: '1s', emit: 'final', aggregate: aggregate.sum(), ...(idle && { idle }) } as const;
    sink('out', results, source('in', number).pipe(window.tumbling(options)));
  });

describe('an idle partition', () => {
  let driver: TopologyDriver | undefined;
  afterEach(() => driver?.close());
  const closed = async () => (await driver!.read('out', results)).map(({ value: { start, value } }) => [start, value]);
  const passSeconds = async (seconds: number) => {
    for (let half = 0; half < seconds * 2; half++) await driver!.advance(500);
  };

  it('closes its windows by the clock after it has been idle, across a restart', async () => {
    driver = await TopologyDriver.start(sums('10s'));
    await driver.pipe('in', number, [
      { key: 'a', value: 1, timestamp: 1000 },
      { key: 'a', value: 2, timestamp: 2000 },
    ]);
    await passSeconds(8);
    expect(await closed()).toEqual([]);
    await driver.restart();
    await passSeconds(8);
    expect(await closed()).toEqual([]);
    await passSeconds(5);
    expect(await closed()).toEqual([[0, 3]]);
    await passSeconds(30);
    expect(await closed()).toEqual([[0, 3]]);
  });

  it('takes records that come after that as late', async () => {
    driver = await TopologyDriver.start(sums('10s'));
    await driver.pipe('in', number, [{ key: 'a', value: 1, timestamp: 1000 }]);
    await passSeconds(13);
    await driver.pipe('in', number, [{ key: 'a', value: 9, timestamp: 4000 }]);
    await driver.pipe('in', number, [{ key: 'a', value: 5, timestamp: 60_000 }]);
    expect(await closed()).toEqual([[0, 1]]);
    expect(driver.app.metrics.late.get('sum')).toBe(1);
  });

  it('waits for the next record where no idle time is set', async () => {
    driver = await TopologyDriver.start(sums());
    await driver.pipe('in', number, [{ key: 'a', value: 1, timestamp: 1000 }]);
    await passSeconds(60);
    expect(await closed()).toEqual([]);
    await driver.pipe('in', number, [{ key: 'b', value: 1, timestamp: 6000 }]);
    expect(await closed()).toEqual([[0, 1]]);
  });
});
