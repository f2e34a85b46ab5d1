import assert from 'node:assert/strict';
import type { SourcePlugin } from '../../connect/index.js';
import type { LogRecord } from '../../record.js';
import type { TestHooks } from '../check-log/check-log.js';
import { checkConfig, TIMEOUT_MS } from './check-config.js';
import { ConnectorRig, TOPIC, untilLength } from './connector-rig.js';

export interface SourceCheck {
  /** A valid configuration that reads from a place of its own at each call and writes to the topic `check`. */
  readonly properties: () => Promise<Readonly<Record<string, string>>>;
  /** Puts items number `from` to `to` - 1 into that place. Left out where the source makes its items itself, one after the other without end. */
  readonly offer?: (properties: Readonly<Record<string, string>>, from: number, to: number) => Promise<void>;
  /** Which item a record is. */
  readonly item: (record: LogRecord) => number;
  /** Whether the place can be read again from its start; default true. A queue cannot. */
  readonly replays?: boolean;
}

/** The facts that hold for every source connector that remembers its place, run on a worker with a memory log; `describe` and `it` are the test runner's. */
export function checkSource(
  name: string,
  plugin: SourcePlugin,
  check: SourceCheck,
  { describe, it }: Pick<TestHooks, 'describe' | 'it'>,
): void {
  describe(`${name} as a source`, () => {
    const withRig = async (work: (rig: ConnectorRig, properties: Readonly<Record<string, string>>) => Promise<void>): Promise<void> => {
      const properties = await check.properties();
      const rig = new ConnectorRig(plugin, properties);
      try {
        await rig.start();
        await work(rig, properties);
      } finally {
        await rig.close();
      }
    };
    const offer = check.offer ?? (() => Promise.resolve());
    const items = async (rig: ConnectorRig, length: number): Promise<number[]> => {
      const found = (await untilLength(() => rig.records(TOPIC), length)).map((record) => check.item(record));
      return check.offer ? found : found.slice(0, length);
    };
    const numbers = (to: number) => Array.from({ length: to }, (_, n) => n);

    checkConfig(plugin, { it });

    it(
      'writes every item once, in order',
      () =>
        withRig(async (rig, properties) => {
          await offer(properties, 0, 10);
          assert.deepEqual(await items(rig, 10), numbers(10));
          await offer(properties, 10, 20);
          assert.deepEqual(await items(rig, 20), numbers(20));
        }),
      TIMEOUT_MS,
    );

    it(
      'repeats nothing and leaves nothing out after a restart',
      () =>
        withRig(async (rig, properties) => {
          await offer(properties, 0, 10);
          await items(rig, 10);
          await rig.stop();
          await offer(properties, 10, 15);
          await rig.start();
          assert.deepEqual(await items(rig, 15), numbers(15));
          await rig.stop();
          await rig.start();
          await offer(properties, 15, 20);
          assert.deepEqual(await items(rig, 20), numbers(20));
        }),
      TIMEOUT_MS,
    );

    if (check.replays === false) return;
    it(
      'begins anew when its offsets are reset',
      () =>
        withRig(async (rig, properties) => {
          await offer(properties, 0, 3);
          await items(rig, 3);
          const { herder } = rig.worker;
          await herder.stop('check');
          await herder.resetOffsets('check');
          const { length } = await rig.records(TOPIC);
          await herder.resume('check');
          assert.deepEqual(await items(rig, length + 3), [...numbers(length), 0, 1, 2]);
        }),
      TIMEOUT_MS,
    );
  });
}
