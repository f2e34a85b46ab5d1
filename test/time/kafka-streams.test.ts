import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { join, json, topology, window, type Aggregator, type Topology, type Windowed } from 'headwater';

import { oneByOne, runInEpochs, type TestRecord } from './run-in-epochs.js';

type Type = 'inner' | 'left' | 'outer';

/** A case of test/golden/time/streams.json, which StreamsGolden.java wrote. */
interface Golden {
  readonly kind: 'hopping' | 'suppressed' | 'sliding' | 'session' | 'streams' | 'table' | 'tables';
  readonly options: {
    readonly size: number;
    readonly advance: number;
    readonly grace: number;
    readonly emit: 'update' | 'final';
    readonly before: number;
    readonly after: number;
    readonly type: Type;
  };
  readonly input: readonly (readonly [topic: string, key: string, value: number | null, timestamp: number])[];
  /** By the number of the input record that brought it. */
  readonly outputs: readonly (readonly [step: number, key: string, value: string | null, timestamp: number])[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/time/streams.json', import.meta.url), 'utf8')) as Golden[];

const values: Aggregator<number, number[], number[]> & { merge(one: number[], other: number[]): number[] } = {
  seed: () => [],
  add: (list, value) => [...list, value].sort((a, b) => a - b),
  merge: (one, other) => [...one, ...other].sort((a, b) => a - b),
  result: (list) => [...list],
};
const pair = (left: number | null, right: number | null) => [left, right];

function topologyOf({ kind, options }: Golden): Topology {
  const { size, grace, type, before, after } = options;
  return topology('golden', ({ source, sink }) => {
    const numbers = (topic: string) => source(topic, json<number>());
    const changes = (topic: string) => source(topic, json<number | null>());
    const aggregated = { name: kind, aggregate: values, ...options };
    const out = {
      hopping: () => numbers('in').pipe(window.hopping(aggregated)),
      suppressed: () => numbers('in').pipe(window.hopping(aggregated)),
      sliding: () => numbers('in').pipe(window.sliding(aggregated)),
      session: () => numbers('in').pipe(window.session({ ...aggregated, gap: size })),
      streams: () => numbers('left').pipe(join.streams(numbers('right'), { name: kind, within: { before, after }, grace, type }, pair)),
      table: () => numbers('left').pipe(join.table(numbers('right'), { name: kind, type: type as 'inner' | 'left' }, pair)),
      tables: () => changes('left').pipe(join.tables(changes('right'), { name: kind, type }, pair)),
    };
    sink('out', json(), out[kind]());
  });
}

/** Our results as Kafka Streams' driver prints them. */
function printed(record: { key: string; timestamp: number; value: unknown }, isWindow: boolean): [string, string | null, number] {
  const { key, timestamp, value } = record;
  if (!isWindow) return [key, value === null ? null : (value as unknown[]).map(String).join(','), timestamp];
  const { start, end, value: result } = value as Windowed<number[] | null>;
  return [`${key}@${start}/${end}`, result && result.join(','), timestamp];
}

type Printed = readonly [step: number, key: string, value: string | null, timestamp: number];

/**
 * What a reader of the results learns: without a result said twice by one record (Kafka Streams' sliding windows do), without the `null` before a
 * session's new result, and without a `null` for what was not there. The moment at which an outer join gives up waiting is each one's own.
 */
function learnt(list: readonly Printed[], kind: Golden['kind']): string[] {
  const known = new Map<string, string | null>();
  const told = list.filter(([step, key, value], index) => {
    const news = value !== null || (known.get(key) ?? null) !== null;
    const replaced = value === null && list.slice(index + 1).some(([at, other]) => at === step && other === key);
    known.set(key, value);
    return news && !replaced;
  });
  return [...new Set(told.map(([step, ...rest]) => JSON.stringify(kind === 'streams' ? rest : [step, ...rest])))].sort();
}

describe("windows and joins on the input of Kafka Streams' own driver", () => {
  it.each(golden.map((one, index) => ({ ...one, title: `${index}: ${one.kind} ${JSON.stringify(one.options)}` })))(
    '$title',
    async (one) => {
      const isWindow = one.input[0]![0] === 'in';
      const records = one.input.map(([topic, key, value, timestamp]): TestRecord<number | null> => ({ topic, key, value, timestamp }));
      const ours: Printed[] = [];
      await runInEpochs(
        topologyOf(one),
        records,
        () => oneByOne,
        ({ step, record }) => ours.push([step, ...printed(record, isWindow)]),
      );
      expect(learnt(ours, one.kind)).toEqual(learnt(one.outputs, one.kind));
    },
  );
});
