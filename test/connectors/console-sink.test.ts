import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Schemas, Struct, structOf, type SinkRecord, type SinkTaskContext } from '../../src/connect/index.js';
import { checkSink } from '../../src/testing/index.js';
import { consoleSink } from '../../connectors/console-sink.js';

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

checkSink(
  'ConsoleSink',
  consoleSink,
  {
    delivery: 'at-least-once',
    properties: () => Promise.resolve({}),
    delivered: () => Promise.resolve(lines.flatMap((line) => [.../"n":(\d+)/g[Symbol.matchAll](line)].map(([, n]) => Number(n)))),
  },
  { describe, it },
);

describe('ConsoleSink', () => {
  const printed = async (key: unknown, value: unknown, more: Record<string, string> = {}): Promise<string> => {
    const task = consoleSink.task();
    await task.start(more, {} as SinkTaskContext);
    const place = { originalTopic: 't', originalPartition: 1, originalOffset: 7 };
    await task.put([{ ...place, key, value } as Partial<SinkRecord> as SinkRecord]);
    return lines.splice(0).join('');
  };

  it('prints the place, the key and the value of a record on one line', async () => {
    expect(await printed('gate', 'two\nlines')).toBe('t-1@7  gate  two\\nlines\n');
    expect(await printed('\u001b[31m', '\u009b2J')).toBe('t-1@7  \\u001b[31m  \\u009b2J\n');
    expect(await printed(null, null)).toBe('t-1@7  null  null\n');
    expect(await printed(5n, { at: 1n, picture: Buffer.alloc(9) })).toBe('t-1@7  5  {"at":"1","picture":"<9 bytes>"}\n');
    const schema = structOf([{ name: 'label', schema: Schemas.string }]);
    expect(await printed(Buffer.alloc(3), new Struct(schema, { label: 'occupied' }))).toBe('t-1@7  <3 bytes>  {"label":"occupied"}\n');
  });

  it('cuts what is long', async () => {
    expect(await printed('k', 'x'.repeat(30), { 'max.length': '10' })).toBe(`t-1@7  k  ${'x'.repeat(10)}...\n`);
  });
});
