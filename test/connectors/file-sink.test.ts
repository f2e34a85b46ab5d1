import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { checkSink } from '../../src/testing/index.js';
import { Schemas, Struct, structOf, type SinkRecord, type SinkTaskContext } from '../../src/index.js';
import { fileSink } from '../../connectors/file-sink/file-sink.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'headwater-files-'));

async function rows(directory: string): Promise<Record<string, unknown>[]> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith('.')).sort();
  const files = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return files.flatMap((text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}

checkSink(
  'FileSink',
  fileSink,
  {
    delivery: 'exactly-once',
    properties: async () => ({ directory: await folder(), 'roll.records': '7', 'roll.ms': '50' }),
    delivered: async ({ directory }) => (await rows(directory!)).map(({ n }) => Number(n)),
  },
  { describe, it },
);

const schema = structOf({
  n: Schemas.int64,
  name: Schemas.optionalString,
  score: Schemas.float64,
  picture: Schemas.optionalBytes,
  seen: { type: 'INT64', optional: false, name: 'org.apache.kafka.connect.data.Timestamp' },
});
const record = (offset: number, value: unknown): SinkRecord => ({
  topic: 't',
  partition: 0,
  offset,
  timestamp: 1000 + offset,
  keySchema: null,
  key: null,
  valueSchema: null,
  value,
  headers: [],
  originalTopic: 't',
  originalPartition: 0,
  originalOffset: offset,
});
const struct = (n: number) =>
  new Struct(schema, { n, name: n % 2 ? `a,"${n}"` : null, score: n / 4, picture: Buffer.from([n]), seen: new Date(n) });

async function write(properties: Record<string, string>, records: readonly SinkRecord[]): Promise<string> {
  const directory = await folder();
  const task = fileSink.task();
  const context = { offset: () => undefined } as Partial<SinkTaskContext> as SinkTaskContext;
  await task.start({ directory, 'roll.records': '3', ...properties }, context);
  await task.open?.([{ topic: 't', partition: 0 }]);
  await task.put(records);
  return directory;
}

describe('the file sink', () => {
  it('shows complete files only, named by their offsets', async () => {
    const directory = await write(
      {},
      [0, 1, 2, 3].map((n) => record(n, { n })),
    );
    expect(await readdir(directory)).toEqual(['t+0+00000000000000000000+00000000000000000002.jsonl']);
  });

  it('writes Parquet with the types of the schema', async () => {
    const directory = await write(
      { format: 'parquet' },
      [0, 1, 2].map((n) => record(n, struct(n))),
    );
    const [name] = await readdir(directory);
    const bytes = await readFile(join(directory, name!));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    expect(await parquetReadObjects({ file, utf8: false })).toEqual(
      [0, 1, 2].map((n) => ({
        n: BigInt(n),
        name: n % 2 ? `a,"${n}"` : null,
        score: n / 4,
        picture: new Uint8Array([n]),
        seen: new Date(n),
      })),
    );
  });

  it('writes CSV as RFC 4180 has it', async () => {
    const directory = await write(
      { format: 'csv', 'include.metadata': 'true' },
      [0, 1, 2].map((n) => record(n, struct(n))),
    );
    const [name] = await readdir(directory);
    expect((await readFile(join(directory, name!), 'utf8')).split('\r\n').slice(0, 3)).toEqual([
      'n,name,score,picture,seen,_topic,_partition,_offset,_timestamp,_key',
      '0,,0,AA==,1970-01-01T00:00:00.000Z,t,0,0,1000,',
      '1,"a,""1""",0.25,AQ==,1970-01-01T00:00:00.001Z,t,0,1,1001,',
    ]);
  });

  it('begins a new file when the columns change', async () => {
    const other = structOf({ n: Schemas.int64 });
    const directory = await write({}, [record(0, struct(0)), ...[1, 2, 3].map((n) => record(n, new Struct(other, { n })))]);
    expect(
      (await readdir(directory)).map((name) =>
        name
          .split('+')
          .slice(2)
          .map((text) => Number.parseInt(text, 10)),
      ),
    ).toEqual([
      [0, 0],
      [1, 3],
    ]);
  });

  it('refuses to write what another task has written meanwhile', async () => {
    const directory = await folder();
    const context = { offset: () => undefined } as Partial<SinkTaskContext> as SinkTaskContext;
    const [old, next] = [fileSink.task(), fileSink.task()];
    for (const task of [old, next]) {
      await task.start({ directory, 'roll.records': '2' }, context);
      await task.open?.([{ topic: 't', partition: 0 }]);
    }
    await old.put([record(0, { n: 0 })]);
    await next.put([record(0, { n: 0 }), record(1, { n: 1 })]);
    await expect(old.put([record(1, { n: 1 })])).rejects.toThrow('written by another task');
    expect(await rows(directory)).toEqual([{ n: 0 }, { n: 1 }]);
  });
});
