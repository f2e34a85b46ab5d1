import { beforeEach, describe, expect, it } from 'vitest';
import {
  defineSink,
  defineSource,
  RetriableError,
  Schemas,
  startConnectWorker,
  type ConnectorPlugin,
  type SinkRecord,
  type SinkTaskContext,
} from '../../src/connect/index.js';
import { defineConfig } from '../../src/config/index.js';
import { until } from './until.js';
import { JSON_PLAIN, topicConfig, workerRig } from './worker-rig.js';

/** Counts from its offset up to `to` and then waits. */
const counter = (to: number): ConnectorPlugin => {
  return defineSource({
    className: 'test.Counter',
    version: '1',
    config: topicConfig,
    task: () => {
      let next = 0;
      let context: { sleep(ms: number): Promise<void> };
      return {
        async start(_, given) {
          context = given;
          next = Number((await given.offsets.offset({}))?.next ?? 0);
        },
        async poll() {
          if (next >= to) await context.sleep(1000);
          if (next >= to) return [];
          const n = next++;
          return [{ topic: 't', sourcePartition: {}, sourceOffset: { next }, valueSchema: Schemas.int32, value: n }];
        },
      };
    },
  });
};

interface Recorded {
  readonly calls: string[];
  readonly values: unknown[];
  put: (records: readonly SinkRecord[], context: SinkTaskContext) => void | Promise<void>;
  flush: () => void;
}

const recorder = (seen: Recorded): ConnectorPlugin =>
  defineSink({
    className: 'test.Recorder',
    version: '1',
    config: defineConfig({}),
    task: () => {
      let context: SinkTaskContext;
      return {
        start(_, given) {
          context = given;
          seen.calls.push('start');
        },
        open: (partitions) => void seen.calls.push(`open ${partitions.map(({ partition }) => partition).join()}`),
        async put(records) {
          await seen.put(records, context);
          if (records.length > 0) seen.values.push(...records.map(({ value }) => value));
          else if (seen.calls.at(-1) !== 'put []') seen.calls.push('put []');
        },
        flush() {
          seen.flush();
          seen.calls.push('flush');
        },
        close: () => void seen.calls.push('close'),
        stop: () => void seen.calls.push('stop'),
      };
    },
  });

const rig = workerRig();
let seen: Recorded;

beforeEach(() => {
  seen = { calls: [], values: [], put: () => undefined, flush: () => undefined };
});

async function fill(topic: string, values: readonly unknown[]): Promise<void> {
  await rig.log.createTopics([{ name: topic, partitions: 1 }]);
  await rig.log.append(
    values.map((value) => ({ topic, key: null, value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) })),
  );
}

const sink = (more: Record<string, string> = {}) => ({ 'connector.class': 'test.Recorder', topics: 't', ...JSON_PLAIN, ...more });

describe('a source task', () => {
  it('goes on from its committed offset after a restart, repeating and leaving out nothing', async () => {
    const { herder } = await rig.start(counter(5));
    await herder.create('c', { 'connector.class': 'test.Counter', ...JSON_PLAIN });
    await until(async () => (await rig.log.topics()).some(({ name }) => name === 't') && (await rig.records('t')).length === 5);
    await rig.worker!.stop();
    await rig.start(counter(8));
    await until(async () => (await rig.records('t')).length === 8);
    expect((await rig.records('t')).map(({ value }) => String(value))).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('is paused, stopped and resumed', async () => {
    const { herder } = await rig.start(counter(3));
    await herder.create('c', { 'connector.class': 'test.Counter', ...JSON_PLAIN }, 'STOPPED');
    await until(() => herder.status('c').connector.state === 'STOPPED');
    expect(herder.tasks('c')).toEqual([]);
    await herder.resume('c');
    await until(() => herder.status('c').tasks[0]?.state === 'RUNNING');
    await herder.pause('c');
    await until(() => herder.status('c').tasks[0]?.state === 'PAUSED');
  });
});

describe('a sink task', () => {
  it('is opened, put to even without records, flushed, closed and stopped in this order', async () => {
    await fill('t', [1, 2]);
    const { herder } = await rig.start(recorder(seen));
    await herder.create('s', sink());
    await until(() => seen.calls.includes('put []'));
    await rig.worker!.stop();
    rig.worker = undefined;
    expect(seen.values).toEqual([1, 2]);
    expect(seen.calls.slice(0, 2)).toEqual(['start', 'open 0']);
    expect(seen.calls.slice(-3)).toEqual(['flush', 'close', 'stop']);
    expect(await rig.log.committed('connect-s')).toEqual([{ topic: 't', partition: 0, offset: 2, lag: 0 }]);
  });

  it('gets the same batch again after a RetriableError, and nothing else meanwhile', async () => {
    await fill('t', [1, 2]);
    const batches: string[] = [];
    seen.put = (batch, context) => {
      if (batch.length === 0) return;
      batches.push(batch.map(({ value }) => String(value)).join());
      context.timeout(10);
      if (batches.length < 3) throw new RetriableError('not now');
    };
    const { herder } = await rig.start(recorder(seen));
    await herder.create('s', sink());
    await until(() => seen.values.length === 2);
    expect(batches).toEqual(['1,2', '1,2', '1,2']);
  });

  it('fails on any other error, and stays failed until it is restarted', async () => {
    await fill('t', [1]);
    seen.put = (batch) => {
      if (batch.length > 0) throw new Error('broken');
    };
    const { herder } = await rig.start(recorder(seen));
    await herder.create('s', sink());
    await until(() => herder.status('s').tasks[0]?.state === 'FAILED');
    expect(herder.status('s').tasks[0]?.trace).toContain('broken');
    expect(seen.calls.slice(-3)).toEqual(['flush', 'close', 'stop']);
    seen.put = () => undefined;
    await herder.restart({ connector: 's', includeTasks: true, onlyFailed: true });
    await until(() => seen.values.length === 1);
  });

  it('is told apart from one whose offsets belong to another log', async () => {
    await fill('t', [1, 2]);
    const lines: string[] = [];
    const seeks = (offset: number): ConnectorPlugin =>
      defineSink({
        className: `test.Seeks${offset}`,
        version: '1',
        config: defineConfig({}),
        task() {
          let context: SinkTaskContext;
          return {
            start: (_, given) => void (context = given),
            open: (partitions) => context.offset(partitions.map((partition) => ({ ...partition, offset }))),
            put: () => void seen.calls.push(`put ${offset}`),
          };
        },
      });
    rig.worker = await startConnectWorker({ log: rig.log, connectors: [seeks(2), seeks(5)], write: (line) => void lines.push(line) });
    for (const offset of [2, 5]) await rig.worker.herder.create(`to${offset}`, { ...sink(), 'connector.class': `test.Seeks${offset}` });
    await until(() => ['put 2', 'put 5'].every((call) => seen.calls.includes(call)));
    const warnings = lines.filter((line) => line.includes('but the partition ends at'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('to5-0 reads t-0 from offset 5, but the partition ends at 2');
  });

  it('reads on from the last commit when flush fails', async () => {
    await fill('t', [1, 2, 3]);
    let failures = 1;
    seen.flush = () => {
      if (seen.values.length > 0 && failures-- > 0) throw new Error('disk full');
    };
    const { herder } = await rig.start(recorder(seen));
    await herder.create('s', sink());
    await until(() => seen.values.length === 6);
    expect(seen.values).toEqual([1, 2, 3, 1, 2, 3]);
    expect(herder.status('s').tasks[0]?.state).toBe('RUNNING');
  });

  it('sees the original offsets after a transform renamed the topic', async () => {
    await fill('t', [1, 2]);
    const origins: string[] = [];
    seen.put = (batch) =>
      void origins.push(...batch.map((r) => `${r.topic} ${r.originalTopic}-${r.originalPartition}@${r.originalOffset}`));
    const { herder } = await rig.start(recorder(seen));
    const rename = {
      transforms: 'r',
      'transforms.r.type': 'org.apache.kafka.connect.transforms.RegexRouter',
      'transforms.r.regex': 't',
      'transforms.r.replacement': 'u',
    };
    await herder.create('s', sink(rename));
    await until(() => origins.length === 2);
    expect(origins).toEqual(['u t-0@0', 'u t-0@1']);
  });
});

describe('errors', () => {
  it('fail the task where they are not tolerated', async () => {
    await fill('t', ['no json']);
    const { herder } = await rig.start(recorder(seen));
    await herder.create('s', sink());
    await until(() => herder.status('s').tasks[0]?.state === 'FAILED');
    expect(herder.status('s').tasks[0]?.trace).toContain('VALUE_CONVERTER');
  });

  it('go to the dead-letter topic with raw bytes and context headers where they are tolerated', async () => {
    await fill('t', ['no json', 7]);
    const { herder } = await rig.start(recorder(seen));
    const tolerant = {
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': 'dead',
      'errors.deadletterqueue.context.headers.enable': 'true',
    };
    await herder.create('s', sink(tolerant));
    await until(() => seen.values.length === 1);
    const [dead] = await rig.records('dead');
    expect(String(dead?.value)).toBe('no json');
    const headers = Object.fromEntries(dead!.headers.map(({ key, value }) => [key.replace('__connect.errors.', ''), String(value)]));
    expect(headers).toMatchObject({
      topic: 't',
      partition: '0',
      offset: '0',
      'connector.name': 's',
      'task.id': '0',
      stage: 'VALUE_CONVERTER',
      'class.name': 'org.apache.kafka.connect.json.JsonConverter',
    });
    expect(headers).toHaveProperty(['exception.stacktrace']);
  });

  it('that a sink reports are stored before its offsets are committed', async () => {
    await fill('t', [1, 2]);
    seen.put = async (batch, context) => {
      for (const record of batch) if (record.value === 1) await context.reporter.report(record, new Error('not this one'));
    };
    const { herder } = await rig.start(recorder(seen));
    await herder.create('s', sink({ 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'dead' }));
    await until(async () => (await rig.log.committed('connect-s'))[0]?.offset === 2);
    expect((await rig.records('dead')).map(({ value }) => String(value))).toEqual(['1']);
  });
});
