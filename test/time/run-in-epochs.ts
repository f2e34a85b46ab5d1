import fc from 'fast-check';

import { MemoryLog, type LogRecord, type Models, type StreamRecord, type Topology } from 'headwater';
import { TestClock } from 'headwater/testing';

import { runEpoch, type Input } from '../../src/topology/epoch.js';
import { Graph } from '../../src/topology/graph.js';
import type { TaskContext } from '../../src/topology/task-context.js';
import { changelogTopic, TaskState } from '../../src/topology/task-state.js';

export interface TestRecord<V> {
  readonly topic: string;
  readonly key: string;
  readonly timestamp: number;
  readonly value: V;
}

/** How the input is cut: so many records an epoch, perhaps after an attempt that fails, perhaps after a restart from the changelogs. */
export interface EpochPlan {
  readonly records: number;
  readonly failFirst: boolean;
  readonly restartBefore: boolean;
}

export const oneByOne: EpochPlan = { records: 1, failFirst: false, restartBefore: false };

export const epochPlans = fc.array(
  fc.record({ records: fc.integer({ min: 0, max: 12 }), failFirst: fc.boolean(), restartBefore: fc.boolean() }),
  { maxLength: 12 },
);

/** What came out, per topic, in order. */
export type Outputs = Readonly<Record<string, { key: string; timestamp: number; value: unknown }[]>>;

const noRegistry = undefined as never;

/** Runs a topology on its real graph, stores and changelogs, cut into epochs by `plans`, with one epoch for the rest. */
export async function runInEpochs(
  topology: Topology,
  records: readonly TestRecord<unknown>[],
  plans: readonly EpochPlan[] | ((index: number) => EpochPlan),
  observe: (output: { step: number; record: Outputs[string][number] }) => void = () => undefined,
): Promise<Outputs> {
  const log = new MemoryLog({ clock: new TestClock() });
  const outputs: Record<string, { key: string; timestamp: number; value: unknown }[]> = {};
  let task = new TestTask(topology);
  await task.begin(log);
  let at = 0;
  for (let index = 0; at < records.length; index++) {
    const plan = typeof plans === 'function' ? plans(index) : (plans[index] ?? { ...oneByOne, records: records.length });
    if (plan.restartBefore) {
      task = new TestTask(topology);
      await task.begin(log);
    }
    const slice = records.slice(at, at + plan.records).map((record, offset) => task.input(record, at + offset));
    if (plan.failFirst) {
      await task.run(slice);
      task.state.rollback();
    }
    for (const { sink, record } of await task.run(slice)) {
      const { key, timestamp, value } = record;
      observe({ step: index, record: { key: key as string, timestamp, value } });
      (outputs[sink.name] ??= []).push(structuredClone({ key: key as string, timestamp, value }));
    }
    await task.commit(log);
    at += slice.length;
  }
  await log.close();
  return outputs;
}

class TestTask {
  readonly state;
  readonly #graph: Graph;
  readonly #context: TaskContext;

  constructor(private readonly topology: Topology) {
    this.state = new TaskState(topology.name, 0, noRegistry);
    this.#graph = new Graph(topology, {} as Models);
    this.#context = {
      topology: topology.name,
      partition: 0,
      clock: new TestClock(),
      store: (name, format) => this.state.store(name, format),
      idleMs: 0,
      wakeAfter: () => undefined,
      countLate: () => undefined,
      countLabel: () => undefined,
      fail: (_, stage, reason) => {
        throw new Error(`a record failed in ${stage}`, { cause: reason });
      },
    } as Partial<TaskContext> as TaskContext;
  }

  async begin(log: MemoryLog): Promise<void> {
    await this.run([]);
    this.state.rollback();
    const changelogs = this.state.names.map((name) => changelogTopic(this.topology.name, name));
    await log.createTopics(changelogs.map((name) => ({ name, partitions: 1, cleanup: 'compact' })));
    await this.state.restore(log, new AbortController().signal);
  }

  input({ topic, key, timestamp, value }: TestRecord<unknown>, offset: number): Input {
    const origin: LogRecord = { topic, partition: 0, offset, timestamp, key: Buffer.from(key), value: null, headers: [] };
    const record: StreamRecord = { key, value: structuredClone(value), timestamp, headers: [], origin };
    return { source: this.#graph.sources.get(topic)!, record };
  }

  run(slice: readonly Input[]) {
    return runEpoch(this.#graph, this.#context, slice);
  }

  async commit(log: MemoryLog): Promise<void> {
    const changes = this.state.changes();
    await log.append(this.state.changelog(changes));
    this.state.commit(changes);
  }
}
