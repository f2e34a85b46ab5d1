import assert from 'node:assert/strict';
import type { SinkPlugin } from '../../connect/index.js';
import type { TestHooks } from '../check-log/check-log.js';
import { checkConfig, TIMEOUT_MS } from './check-config.js';
import { ConnectorRig, untilLength } from './connector-rig.js';

export interface SinkCheck {
  /** A valid configuration that writes to a place of its own at each call. */
  readonly properties: () => Promise<Readonly<Record<string, string>>>;
  /** What lies in that place now, in order: the numbers `n` of the records `{ n, text }` that the suite sends. */
  readonly delivered: (properties: Readonly<Record<string, string>>) => Promise<readonly number[]>;
  /** What the sink promises when it is stopped and started again. */
  readonly delivery: 'exactly-once' | 'at-least-once';
}

const records = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ n: from + i, text: `record ${from + i}` }));
const numbers = (to: number) => Array.from({ length: to }, (_, n) => n);

/** The facts that hold for every sink connector, run on a worker with a memory log; `describe` and `it` are the test runner's. */
export function checkSink(name: string, plugin: SinkPlugin, check: SinkCheck, { describe, it }: Pick<TestHooks, 'describe' | 'it'>): void {
  describe(`${name} as a sink`, () => {
    const withRig = async (work: (rig: ConnectorRig, read: () => Promise<readonly number[]>) => Promise<void>): Promise<void> => {
      const properties = await check.properties();
      const plainJson = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter', 'value.converter.schemas.enable': 'false' };
      const rig = new ConnectorRig(plugin, { ...plainJson, ...properties });
      try {
        await rig.start();
        await work(rig, () => check.delivered(properties));
      } finally {
        await rig.close();
      }
    };

    checkConfig(plugin, { it });

    it(
      'delivers every record, in order',
      () =>
        withRig(async (rig, read) => {
          await rig.append(records(0, 50));
          assert.deepEqual(await untilLength(read, 50), numbers(50));
          assert.equal(rig.taskState(), 'RUNNING');
        }),
      TIMEOUT_MS,
    );

    it(
      'goes on where it was after a restart',
      () =>
        withRig(async (rig, read) => {
          await rig.append(records(0, 20));
          await untilLength(read, 20);
          await rig.stop();
          await rig.append(records(20, 40));
          await rig.start();
          const found = await untilLength(read, 40);
          if (check.delivery === 'exactly-once') assert.deepEqual(found, numbers(40));
          else
            assert.deepEqual(
              [...new Set(found)].sort((a, b) => a - b),
              numbers(40),
            );
        }),
      TIMEOUT_MS,
    );

    it(
      'repeats nothing it promised not to when its committed offsets are lost',
      () =>
        withRig(async (rig, read) => {
          await rig.append(records(0, 10));
          await untilLength(read, 10);
          await rig.stop();
          await rig.log.resetOffsets('connect-check', [{ topic: 'check', partition: 0, offset: 0 }]);
          await rig.append(records(10, 20));
          await rig.start();
          const found = await untilLength(read, 20);
          if (check.delivery === 'exactly-once') assert.deepEqual(found, numbers(20));
          else
            assert.deepEqual(
              [...new Set(found)].sort((a, b) => a - b),
              numbers(20),
            );
        }),
      TIMEOUT_MS,
    );
  });
}
