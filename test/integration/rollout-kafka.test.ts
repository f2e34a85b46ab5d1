import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

import {
  FeatureEvent,
  joinLabels,
  LabelEvent,
  MemoryLog,
  ModelEvent,
  openLog,
  predict,
  PredictionEvent,
  readRecords,
  regionKey,
  retrain,
  Runtime,
  topicWriter,
  topology,
  type App,
  type Log,
  type ModelAlias,
} from 'headwater';

import { inCanary } from '../../src/loop/rollout.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';
import { feature, label, range, region } from '../loop/gate-camera.js';

const head = 'rolled-out';
const training = topology('rollout-training', ({ source, sink }) => {
  const labels = source('rollout-labels', LabelEvent);
  const examples = source('rollout-features', FeatureEvent).pipe(joinLabels(labels, { name: 'join' }));
  const rollout = { stages: [0, 50], labels: 20 };
  sink('models', ModelEvent, examples.pipe(retrain({ head, every: 10, gapMs: 2, penalty: 1, penalties: [1], rollout })));
});
const predicting = topology('rollout-predicting', ({ source, sink, models }) =>
  sink('rollout-predictions', PredictionEvent, source('rollout-asked', FeatureEvent).pipe(predict(models.head(head)))),
);

/** The loop on a log: what comes in, and what came of it. */
class Loop {
  private constructor(
    private readonly log: Log,
    private readonly runtime: Runtime,
    private readonly apps: readonly App[],
  ) {}

  static async open(log: Log): Promise<Loop> {
    const names = ['features', 'labels', 'asked'].map((name) => `rollout-${name}`);
    await log.createTopics(names.map((name) => ({ name, partitions: 2 })));
    const runtime = await Runtime.open({ log });
    return new Loop(log, runtime, [await runtime.run(training), await runtime.run(predicting)]);
  }

  /** Frames and, when they are there, their labels; resolves when the trainer has learned from them. */
  async live(from: number, to: number): Promise<void> {
    await this.#write('rollout-features', FeatureEvent, range(from, to).map(feature));
    await this.#write(
      'rollout-labels',
      LabelEvent,
      range(from, to).map((at) => label(at)),
    );
  }

  /** Which version predicts the frames of these times. */
  async ask(times: readonly number[]): Promise<Map<number, string>> {
    await this.#write('rollout-asked', FeatureEvent, times.map(feature));
    const made = await this.#read('rollout-predictions', PredictionEvent);
    return new Map(made.filter(({ capturedAt }) => times.includes(capturedAt)).map((one) => [one.capturedAt, one.head.version]));
  }

  async aliases(): Promise<ModelAlias[]> {
    const events = await this.#read('models', ModelEvent);
    return events.filter((event) => event.kind === 'alias').filter((event) => event.head.startsWith(`${head}@`));
  }

  async close(): Promise<void> {
    for (const app of this.apps) await app.stop();
    await this.runtime.close();
    await this.log.close();
  }

  async #write<T extends object>(
    topic: string,
    format: Parameters<typeof topicWriter<T>>[0]['format'],
    inputs: readonly { readonly value: T; readonly timestamp?: number }[],
  ): Promise<void> {
    await topicWriter({ log: this.log, registry: this.runtime.registry, topic, format })(
      inputs.map((input) => ({ key: region, ...input })),
    );
    for (const app of this.apps) while (!(await app.idle())) await pause(20);
    while (!(await this.runtime.modelRegistry.upToDate())) await pause(20);
  }

  async #read<T>(topic: string, format: Parameters<typeof topicWriter<T>>[0]['format']): Promise<T[]> {
    const serde = format.bind({ topic, side: 'value', registry: this.runtime.registry });
    const values: T[] = [];
    for await (const { value } of readRecords(this.log, topic)) if (value !== null) values.push(await serde.deserialize(value));
    return values;
  }
}

describeKafka('a roll-out on Kafka', () => {
  let onKafka: Loop;
  beforeAll(async () => {
    onKafka = await Loop.open(await openLog(`kafka://${(await sharedKafka()).brokers.join(',')}`));
  });
  afterAll(() => onKafka.close());

  it('goes through shadow and canary to champion as in memory, and predicts as it says', async () => {
    const inMemory = await Loop.open(new MemoryLog());
    onTestFinished(() => inMemory.close());
    const both = async (from: number, to: number): Promise<readonly ModelAlias[]> => {
      await Promise.all([onKafka.live(from, to), inMemory.live(from, to)]);
      const [events, expected] = await Promise.all([onKafka.aliases(), inMemory.aliases()]);
      expect(events).toEqual(expected);
      return events;
    };
    const times = range(1000, 1100);

    const [champion, challenger] = await both(0, 25);
    expect([champion!.alias, challenger!.alias, challenger!.trial?.percent]).toEqual(['champion', 'challenger', 0]);
    expect(new Set((await onKafka.ask(times)).values())).toEqual(new Set([champion!.version]));

    const inCanaryNow = (await both(25, 45)).at(-1)!;
    expect([inCanaryNow.version, inCanaryNow.trial?.percent]).toEqual([challenger!.version, 50]);
    const later = range(2000, 2100);
    const byKey = (at: number): string => (inCanary(`${regionKey('gate', 'left')}@${at}`, 50) ? challenger!.version : champion!.version);
    const answers = await onKafka.ask(later);
    expect(later.map((at) => answers.get(at))).toEqual(later.map(byKey));
    expect(new Set(answers.values()).size).toBe(2);

    const promotion = (await both(45, 60)).findLast(({ alias }) => alias === 'champion')!;
    expect(promotion).toMatchObject({ version: challenger!.version, replaces: champion!.version });
    expect(promotion.reason).toContain('after shadow and a canary of 50 %');
    expect(new Set((await onKafka.ask(range(3000, 3100))).values())).toEqual(new Set([challenger!.version]));
  });
});
