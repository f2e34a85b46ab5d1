import { describe, expect, it } from 'vitest';

import {
  defineSource,
  Schemas,
  type NewSourceRecord,
  type SourcePlugin,
  type SourceTask,
  type SourceTaskContext,
  type TransactionContext,
} from '../../src/connect/index.js';
import { until } from './until.js';
import { JSON_PLAIN, topicConfig, workerRig } from './worker-rig.js';

const rig = workerRig();

describe('the transactions of a source task', () => {
  const boundary = (kind: string, more: Record<string, string> = {}) => ({
    'connector.class': 'test.Batches',
    'transaction.boundary': kind,
    ...JSON_PLAIN,
    ...more,
  });

  /** Gives batches of texts one after the other; `before` is told of each. */
  const batches = (
    texts: readonly string[][],
    before: (batch: readonly NewSourceRecord[], end: TransactionContext) => void,
  ): SourcePlugin =>
    defineSource({
      className: 'test.Batches',
      version: '1',
      config: topicConfig,
      endsTransactions: true,
      task: () => {
        let context: SourceTaskContext;
        let next = 0;
        return {
          start: (_, given) => void (context = given),
          async poll() {
            const batch = texts[next++];
            if (!batch) await context.sleep(1000);
            const given = (batch ?? []).map((value, n) => ({
              topic: value === 'filtered' ? 'filtered' : 't',
              sourcePartition: {},
              sourceOffset: { at: `${next}/${n}` },
              valueSchema: Schemas.string,
              value,
            }));
            if (given.length > 0 && context.transaction) before(given, context.transaction);
            return given;
          },
        };
      },
    });
  const values = async (): Promise<string[]> => {
    const there = (await rig.log.topics()).some(({ name }) => name === 't');
    return there ? (await rig.records('t')).map(({ value }) => String(value).replaceAll('"', '').slice(0, 9)) : [];
  };

  it('end where the task says, with a batch or after one of its records; what it aborts is not read again', async () => {
    const { herder } = await rig.start(
      batches([['kept 1', 'kept 2', 'dropped 1'], ['dropped 2'], ['kept 3']], (batch, end) => {
        const of = (value: string) => batch.find((record) => record.value === value);
        if (of('kept 2')) end.commitTransaction(of('kept 2'));
        if (of('dropped 2')) end.abortTransaction();
        if (of('kept 3')) end.commitTransaction();
      }),
    );
    await herder.create('c', boundary('connector'));
    await until(async () => (await values()).length === 3);
    expect(await values()).toEqual(['kept 1', 'kept 2', 'kept 3']);
    expect((await herder.offsets('c')).offsets).toEqual([{ partition: {}, offset: { at: '3/0' } }]);
  });

  it('end with the interval, or before where much is held', async () => {
    const large = 'x'.repeat(9 * 2 ** 20);
    const { herder } = await rig.start(batches([['small'], [large], [large], ['rest']], () => undefined));
    await herder.create('c', boundary('INTERVAL', { 'transaction.boundary.interval.ms': '600000' }));
    await until(async () => (await rig.log.bounds('t'))[0]?.latest === 3);
  });

  it('end before a pause, so that none stays open in it', async () => {
    const held = batches([['held']], () => undefined);
    let polls = 0;
    const plugin = {
      ...held,
      task(): SourceTask {
        const task = held.task();
        return { ...task, poll: () => (polls++, task.poll()) };
      },
    };
    const { herder } = await rig.start(plugin);
    await herder.create('c', boundary('interval', { 'transaction.boundary.interval.ms': '600000' }));
    await until(() => polls === 2);
    await herder.pause('c');
    await until(async () => (await values()).length === 1);
  });

  it('are told to the task: each record in order, where it is or that it is nowhere, then the commit; what it throws stops nothing', async () => {
    const calls: string[] = [];
    const told = batches([['a', 'filtered', 'b'], ['aborted'], ['c']], (batch, end) => {
      if (batch[0]!.value === 'aborted') end.abortTransaction();
      else end.commitTransaction();
    });
    const plugin = {
      ...told,
      task: (): SourceTask => ({
        ...told.task(),
        commitRecord({ value }, appended) {
          calls.push(`${String(value)} ${appended ? `${appended.topic}-${appended.partition}@${appended.offset}` : null}`);
          throw new Error('of no consequence');
        },
        commit() {
          calls.push('commit');
          throw new Error('of no consequence');
        },
      }),
    };
    const { herder } = await rig.start(plugin);
    const filter = {
      transforms: 'drop',
      'transforms.drop.type': 'org.apache.kafka.connect.transforms.Filter',
      'transforms.drop.predicate': 'named',
      predicates: 'named',
      'predicates.named.type': 'org.apache.kafka.connect.transforms.predicates.TopicNameMatches',
      'predicates.named.pattern': 'filtered',
    };
    await herder.create('c', boundary('connector', filter));
    await until(() => calls.filter((call) => call === 'commit').length === 3);
    expect(calls).toEqual(['a t-0@0', 'filtered null', 'b t-0@1', 'commit', 'aborted null', 'commit', 'c t-0@2', 'commit']);
    expect(herder.status('c').tasks[0]?.state).toBe('RUNNING');
  });

  it('are refused where the source cannot keep what is asked for', async () => {
    const modest = defineSource({
      className: 'test.Modest',
      version: '1',
      config: topicConfig,
      exactlyOnce: () => false,
      task: () => ({}) as SourceTask,
    });
    const { herder } = await rig.start(modest);
    const asked = { 'exactly.once.support': 'required', 'transaction.boundary': 'connector', name: 'c', 'connector.class': 'test.Modest' };
    const { configs } = await herder.validate(asked);
    const problems = configs.filter(({ value }) => value.errors.length > 0).map(({ value }) => value.name);
    expect(problems).toEqual(['exactly.once.support', 'transaction.boundary']);
  });
});
