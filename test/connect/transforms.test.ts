import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonConverter } from '../../src/connect/converters/json-converter.js';
import { parseJson } from '../../src/connect/converters/json-text.js';
import { simpleHeaderConverter } from '../../src/connect/converters/simple-header-converter.js';
import type { SchemaAndValue } from '../../src/connect/data/parse-text.js';
import type { SinkRecord } from '../../src/connect/data/record.js';
import type { Schema } from '../../src/connect/data/schema.js';
import { predicates, transformations } from '../../src/connect/transforms/index.js';

interface Case {
  readonly record: string;
  readonly class: string;
  readonly config: Record<string, string>;
}
interface RecordJson {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number | null;
  readonly key: unknown;
  readonly value: unknown;
  readonly headers: readonly { key: string; value: unknown }[];
}
interface HeaderCase {
  readonly text: string;
  readonly type?: string | null;
  readonly name?: string | null;
  readonly back?: string | null;
}

const golden = (name: string): unknown => parseJson(readFileSync(new URL(`../golden/connect/${name}`, import.meta.url)));
const { records, cases } = golden('transform-cases.json') as { records: Record<string, RecordJson>; cases: Case[] };
const outcomes = golden('transforms.golden.json') as Record<string, unknown>[];
const converter = jsonConverter.create({ 'replace.null.with.default': 'false' }, { side: 'value' });

const read = (envelope: unknown): SchemaAndValue => {
  const json = JSON.stringify(envelope, (_, value: unknown) => (typeof value === 'bigint' ? `#${value}#` : value)).replace(
    /"#(-?\d+)#"/g,
    '$1',
  );
  return converter.toConnect('t', envelope === null ? null : Buffer.from(json)) as SchemaAndValue;
};
const tree = (schema: Schema | null, value: unknown): unknown => {
  const bytes = converter.fromConnect('t', schema, value) as Uint8Array | null;
  return bytes && parseJson(bytes);
};

function sinkRecord(json: RecordJson): SinkRecord {
  const key = read(json.key);
  const value = read(json.value);
  return {
    topic: json.topic,
    partition: json.partition,
    offset: json.offset,
    timestamp: json.timestamp,
    keySchema: key.schema,
    key: key.value,
    valueSchema: value.schema,
    value: value.value,
    headers: json.headers.map((header) => ({ key: header.key, ...read(header.value) })),
    originalTopic: json.topic,
    originalPartition: json.partition,
    originalOffset: json.offset,
  };
}

function run({ record: name, class: className, config }: Case): Record<string, unknown> {
  try {
    const record = sinkRecord(records[name]!);
    const full = `org.apache.kafka.connect.transforms.${className}`;
    const predicate = predicates.find((plugin) => plugin.className === full);
    if (predicate) return { test: predicate.create(config)(record) };
    const result = transformations.find((plugin) => plugin.className === full)!.create(config)(record);
    if (!result) return { dropped: true };
    return {
      topic: result.topic,
      timestamp: result.timestamp,
      key: tree(result.keySchema, result.key),
      value: tree(result.valueSchema, result.value),
      headers: result.headers.map((header) => ({ key: header.key, value: tree(header.schema, header.value) })),
    };
  } catch (thrown) {
    return { error: String(thrown) };
  }
}

/** Java 17 writes a float with more digits than it needs, and JSON does not tell 2.0 from 2: casts to floats are compared as floats. */
function asFloats(outcome: unknown, { config }: Case): unknown {
  if (!/float/.test(config.spec ?? '')) return outcome;
  const round = config.spec?.includes('float32') ? Math.fround : Number;
  return JSON.parse(
    JSON.stringify(outcome, (_, value: unknown) => (typeof value === 'number' || typeof value === 'bigint' ? round(Number(value)) : value)),
  );
}

/** Connect 4.3.1 fails on the schema of a primitive here ("Cannot list fields on non-struct type"); ours sets its name and version. */
const departs = (each: Case): boolean => each.class.startsWith('SetSchemaMetadata') && ['string', 'int'].includes(each.record);

describe('single message transforms against Kafka Connect 4.3.1', () => {
  it('covers every transform and predicate in all forms', () => {
    const run = new Set(cases.map((each) => `org.apache.kafka.connect.transforms.${each.class}`));
    expect(
      [...transformations, ...predicates].map((plugin) => plugin.className).filter((name) => !run.has(name) && !name.includes('$Key')),
    ).toEqual([]);
  });

  cases.forEach((each, index) => {
    const title = `${each.class} ${JSON.stringify(each.config)} on ${each.record}`;
    it(title, () => {
      const theirs = outcomes[index]!;
      const ours = run(each);
      if (departs(each)) expect(ours).not.toEqual(theirs);
      else if ('error' in theirs) expect(ours, `theirs: ${String(theirs.error)}`).toHaveProperty('error');
      else expect(asFloats(ours, each)).toEqual(asFloats(theirs, each));
    });
  });
});

describe('the simple header converter against Kafka Connect 4.3.1', () => {
  const simple = simpleHeaderConverter.createHeader({});
  it.each(golden('headers.golden.json') as HeaderCase[])('reads and writes $text', (theirs) => {
    const read = simple.toConnectHeader(Buffer.from(theirs.text));
    expect(read.schema?.type ?? null).toBe(theirs.type ?? null);
    expect(read.schema?.name ?? null).toBe(theirs.name ?? null);
    const back = simple.fromConnectHeader(read.schema, read.value);
    expect(back && Buffer.from(back).toString()).toBe(theirs.back ?? null);
  });
});
