import { expect, it } from 'vitest';

import { json, PredictionEvent, type Row } from '../../src/index.js';
import { TopologyDriver } from '../../src/testing/index.js';
import alerts from '../../topologies/sql-alerts.js';
import { prediction } from './prediction.js';

it('alerts about sure predictions as they come, and about regions that were busy for ten seconds', async () => {
  const driver = await TopologyDriver.start(alerts);
  const all = [
    prediction('gate', 'lane', 1000, 0.99),
    prediction('gate', 'lane', 2000, 0.9),
    prediction('gate', 'pavement', 3000, 0.97),
    prediction('gate', 'pavement', 4000, 0.2),
    prediction('gate', 'lane', 30_000, 0.1),
  ];
  await driver.pipe(
    'predictions',
    PredictionEvent,
    all.map((value) => ({ key: `gate/${value.region}`, value, timestamp: value.capturedAt })),
  );
  expect(
    (await driver.read('alerts', json<Row>())).map(({ key, value }) => [key, value['alert'], value['capturedAt'], value['probability']]),
  ).toEqual([
    ['gate/lane', 'sure', 1000, 0.99],
    ['gate/pavement', 'sure', 3000, 0.97],
  ]);
  expect((await driver.read('busy-regions', json<Row>())).map(({ value }) => value)).toEqual([
    { alert: 'busy', region: 'gate/lane', window_start: 0, window_end: 10_000, frames: 2, share: 1 },
  ]);
  await driver.close();
});
