import { map, mergeMap, of, tap } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';

import { mapOrdered, scanState, topology, type StreamRecord, type Topology } from 'headwater';
import { TopologyDriver, type DriverOptions } from 'headwater/testing';

import { json } from '../../src/serde/json.js';
import { bytes } from '../../src/serde/bytes.js';

const number = json<number>();
let driver: TopologyDriver | undefined;

async function start(definition: Topology, options: DriverOptions = {}): Promise<TopologyDriver> {
  return (driver = await TopologyDriver.start(definition, options));
}

function mapping(project: (record: StreamRecord<string, number>) => StreamRecord<string, number>): Topology {
  return topology('mapping', ({ source, sink }) => sink('out', number, source('in', number).pipe(map(project))));
}

const counting = topology('counting', ({ source, sink }) =>
  sink('counts', number, source('numbers', number).pipe(scanState({ name: 'count', seed: () => 0 }, (sum, value) => sum + value))),
);

const values = async (topic: string) => (await driver!.read(topic, number)).map(({ value }) => value);
const inputs = (...list: number[]) => list.map((value) => ({ key: 'a', value }));

afterEach(async () => {
  await driver?.close();
  driver = undefined;
});

describe('a task', () => {
  it('reads, transforms and writes in order', async () => {
    await start(mapping((record) => ({ ...record, value: record.value * 2 })));
    await driver!.pipe('in', number, inputs(1, 2, 3));
    expect(await values('out')).toEqual([2, 4, 6]);
  });

  it('keeps state across epochs and restarts', async () => {
    await start(counting);
    await driver!.pipe('numbers', number, inputs(1, 2));
    await driver!.pipe('numbers', number, inputs(3));
    await driver!.restart();
    await driver!.pipe('numbers', number, inputs(4));
    expect(await values('counts')).toEqual([1, 3, 6, 10]);
  });

  it('dead-letters what does not decode, with the reason, and predicts the rest', async () => {
    await start(mapping((record) => record));
    await driver!.append('in', bytes, [{ key: 'a', value: Buffer.from('{broken') }]);
    await driver!.pipe('in', number, inputs(7));
    expect(await values('out')).toEqual([7]);
    const [letter] = await driver!.read('mapping-dead-letter', bytes);
    expect(Buffer.from(letter!.value!).toString()).toBe('{broken');
    const headers = Object.fromEntries(letter!.headers.map(({ key, value }) => [key, Buffer.from(value!).toString()]));
    expect(headers).toMatchObject({
      '__connect.errors.topic': 'in',
      '__connect.errors.partition': '0',
      '__connect.errors.offset': '0',
      '__connect.errors.connector.name': 'mapping',
      '__connect.errors.stage': 'DESERIALIZE',
    });
    expect(headers['__connect.errors.exception.message']).toMatch(/JSON/);
  });

  it('narrows a slice that fails as a whole until the poison record is alone', async () => {
    const explosive = mapping((record) => {
      if (record.value === 13) throw new Error('thirteen');
      return record;
    });
    await start(explosive);
    const list = Array.from({ length: 40 }, (_, index) => index);
    await driver!.pipe('in', number, inputs(...list));
    expect(await values('out')).toEqual(list.filter((value) => value !== 13));
    expect(await driver!.read('mapping-dead-letter', number)).toMatchObject([{ value: 13 }]);
  });

  it('does not let a failed attempt leave traces in a store', async () => {
    let failures = 2;
    const shaky = topology('shaky', ({ source, sink }) => {
      const sums = source('numbers', number).pipe(
        scanState({ name: 'sum', seed: () => ({ sum: 0 }) }, (state, value) => {
          state.sum += value;
          return state;
        }),
        map((record) => ({ ...record, value: record.value.sum })),
        tap(({ value }) => {
          if (value === 6 && failures-- > 0) throw new Error('shaky');
        }),
      );
      sink('sums', number, sums);
    });
    await start(shaky);
    await driver!.pipe('numbers', number, inputs(1, 2, 3, 4));
    expect(await values('sums')).toEqual([1, 3, 6, 10]);
  });

  it('stops before the record under policy stop, and has lost nothing', async () => {
    await start(
      mapping((record) => record),
      { onError: 'stop' },
    );
    await driver!.append('in', bytes, [{ value: Buffer.from('{') }]);
    await expect(driver!.app.done).rejects.toMatchObject({ code: 'HW_POISON_RECORD' });
    expect(await driver!.log.committed('mapping')).toEqual([]);
  });

  it('drops and counts under policy skip', async () => {
    await start(
      mapping((record) => record),
      { onError: 'skip' },
    );
    await driver!.append('in', bytes, [{ value: Buffer.from('{') }]);
    await driver!.pipe('in', number, inputs(1));
    expect(await values('out')).toEqual([1]);
    expect(await driver!.read('mapping-dead-letter', bytes)).toEqual([]);
    expect(driver!.app.metrics.deadLettered).toBe(1);
  });

  it('gives up an epoch that never completes, and goes on after the record', async () => {
    const endless = topology('endless', ({ source, sink }) => {
      const out = source('in', number).pipe(
        mergeMap((record) => (record.value === 2 ? new Promise<typeof record>(() => undefined) : of(record))),
      );
      sink('out', number, out);
    });
    await start(endless, { epochTimeoutMs: 1000 });
    await driver!.append('in', number, inputs(1, 2, 3));
    const timer = setInterval(() => driver!.clock.advance(1000), 5);
    await driver!.settle().finally(() => clearInterval(timer));
    expect(await values('out')).toEqual([1, 3]);
    expect(await driver!.read('endless-dead-letter', number)).toMatchObject([{ value: 2 }]);
  });

  it('refuses a stateful operator inside mergeMap', async () => {
    const nested = topology('nested', ({ source, sink }) => {
      const inner = (record: StreamRecord<string, number>) => of(record).pipe(scanState({ name: 'n', seed: () => 0 }, (n) => n + 1));
      sink('out', number, source('in', number).pipe(mergeMap(inner)));
    });
    await start(nested);
    await driver!.append('in', number, inputs(1));
    await expect(driver!.app.done).rejects.toMatchObject({ code: 'HW_OUTSIDE_TASK' });
  });

  it('keeps the order of a key through asynchronous work', async () => {
    const delays = topology('delays', ({ source, sink }) => {
      const slow = mapOrdered<string, number, number>(
        async (value) => {
          await new Promise((resolve) => setTimeout(resolve, value % 3));
          return value;
        },
        { concurrency: 4 },
      );
      sink('out', number, source('in', number).pipe(slow));
    });
    await start(delays);
    const list = Array.from({ length: 30 }, (_, index) => (index * 7) % 30);
    await driver!.pipe('in', number, inputs(...list));
    expect(await values('out')).toEqual(list);
  });

  it('takes out only the record on which an asynchronous step fails', async () => {
    const picky = topology('picky', ({ source, sink }) => {
      const check = mapOrdered<string, number, number>((value) => (value === 2 ? Promise.reject(new Error('two')) : value), {
        name: 'check',
      });
      sink('out', number, source('in', number).pipe(check));
    });
    await start(picky);
    await driver!.pipe('in', number, inputs(1, 2, 3));
    expect(await values('out')).toEqual([1, 3]);
    expect(driver!.app.metrics).toMatchObject({ retries: 0, deadLettered: 1 });
  });
});
