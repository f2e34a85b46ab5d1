import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresCluster } from './connectors/postgres-cluster.js';
import { ImageEvent, LocalLog, LogRegistry, readRecords } from '../../src/index.js';

const CLI = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const KILLS = 20;
const PICTURES = 400;

/** `headwater connect` as a process of its own, killed and started again. */
class WorkerProcess {
  #child: ChildProcess | undefined;

  constructor(
    private readonly args: readonly string[],
    private readonly output: string[],
  ) {}

  async start(): Promise<void> {
    const child = spawn(process.execPath, [CLI, 'connect', ...this.args], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr.on('data', (text: Buffer) => this.output.push(text.toString()));
    const from = this.output.length;
    const ready = (): boolean => this.output.slice(from).join('').includes('REST interface at');
    while (!ready() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    if (child.exitCode !== null) throw new Error(this.output.join(''));
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ended = once(this.#child!, 'exit');
    this.#child!.kill(signal);
    await ended;
  }
}

describe('a worker that is killed 20 times', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  const output: string[] = [];
  let cluster: PostgresCluster | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-connect-crash-'));
    for (const name of ['pictures', 'data', 'rows']) await mkdir(at(name));
    const config = (name: string, lines: Record<string, string>): Promise<void> =>
      writeFile(
        at(`${name}.properties`),
        Object.entries({ name, ...lines })
          .map(([key, value]) => `${key}=${value}\n`)
          .join(''),
      );
    await config('pictures', {
      'connector.class': 'ImageDirectorySource',
      directory: at('pictures'),
      camera: 'gate',
      topic: 'camera-frames',
      'poll.ms': '10',
      'settle.ms': '0',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'io.confluent.connect.avro.AvroConverter',
    });
    await config('rows', {
      'connector.class': 'FileSink',
      topics: 'camera-frames',
      directory: at('rows'),
      'roll.records': '7',
      'roll.ms': '100',
      'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      'value.converter': 'io.confluent.connect.avro.AvroConverter',
    });
    cluster = hasPostgres ? await PostgresCluster.create() : undefined;
    if (cluster) {
      await config('database', {
        'connector.class': 'PostgresSink',
        topics: 'camera-frames',
        'connection.url': cluster.url,
        'table.name.format': 'frames',
        'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
        'value.converter': 'io.confluent.connect.avro.AvroConverter',
      });
    }
  });
  afterAll(async () => {
    await cluster?.remove();
    await rm(folder, { recursive: true });
  });

  async function databaseRows(): Promise<string[]> {
    const client = new pg.Client({ connectionString: cluster!.url });
    await client.connect();
    const { rows } = await client.query<{ file: string }>("SELECT attributes->>'file' AS file FROM frames");
    await client.end();
    return rows.map(({ file }) => file);
  }

  it('writes every picture once and every row once', async () => {
    const worker = new WorkerProcess(
      [
        ...['pictures', 'rows', ...(cluster ? ['database'] : [])].map((name) => at(`${name}.properties`)),
        '--log',
        at('data'),
        '--port',
        '0',
      ],
      output,
    );
    let made = 0;
    const offer = async (): Promise<void> => {
      const name = `${String(made).padStart(5, '0')}.jpg`;
      await writeFile(at(`pictures/.${name}`), `picture ${made++}`);
      await rename(at(`pictures/.${name}`), at(`pictures/${name}`));
    };
    for (let kill = 0; kill < KILLS; kill++) {
      await worker.start();
      const until = Date.now() + 50 + Math.random() * 400;
      while (Date.now() < until || made < ((kill + 1) * PICTURES) / KILLS) {
        await offer();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await worker.end('SIGKILL');
    }
    await worker.start();
    const rows = async (): Promise<string[]> => {
      const names = (await readdir(at('rows'))).filter((name) => name.endsWith('.jsonl')).sort();
      const texts = await Promise.all(names.map((name) => readFile(at(`rows/${name}`), 'utf8')));
      return texts
        .join('')
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { attributes: { file: string } }).attributes.file);
    };
    const deadline = Date.now() + 60_000;
    const behind = async (): Promise<boolean> =>
      (await rows()).length < made || (cluster !== undefined && (await databaseRows()).length < made);
    while ((await behind()) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
    await worker.end('SIGTERM');

    const log = LocalLog.open(at('data'));
    const serde = ImageEvent.bind({ topic: 'camera-frames', side: 'value', registry: new LogRegistry(log) });
    const pictures: string[] = [];
    for await (const record of readRecords(log, 'camera-frames')) pictures.push((await serde.deserialize(record.value)).attributes.file!);
    await log.close();
    const all = Array.from({ length: made }, (_, n) => `${String(n).padStart(5, '0')}.jpg`);
    expect([...pictures].sort()).toEqual(all);
    expect((await rows()).sort()).toEqual(all);
    if (cluster) expect((await databaseRows()).sort()).toEqual(all);
  });
});
