import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePorts } from '../kafka/ports.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';

const CLI = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const SOURCES = 6;

interface Status {
  readonly tasks: readonly { readonly state: string; readonly worker_id: string }[];
}

describeKafka('two workers on Apache Kafka', () => {
  const run = randomUUID().slice(0, 8);
  const children = new Map<number, ChildProcess>();
  let folder: string;
  let brokers: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-connect-kafka-'));
    brokers = (await sharedKafka()).brokers.toString();
    const topics = ['config', 'offset', 'status'].map((kind) => `${kind}.storage.topic=${kind}-${run}\n`).join('');
    await writeFile(join(folder, 'worker.properties'), `group.id=connect-${run}\nwork.topic=work-${run}\n${topics}`);
    await mkdir(join(folder, 'rows'));
  });
  afterAll(async () => {
    for (const child of children.values()) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  async function startWorker(): Promise<number> {
    const [port = 0] = await freePorts(1);
    const args = [CLI, 'connect', join(folder, 'worker.properties'), '--log', `kafka://${brokers}`, '--port', String(port)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    children.set(port, child);
    while (!output.includes('REST interface at')) {
      if (child.exitCode !== null) throw new Error(output);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return port;
  }

  async function ask<T>(port: number, path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { 'content-type': 'application/json' } });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text) as T;
  }

  async function workersOf(port: number): Promise<string[]> {
    const all = await ask<Record<string, { status?: Status }>>(port, '/connectors?expand=status');
    return Object.values(all).flatMap(({ status }) =>
      (status?.tasks ?? []).filter(({ state }) => state === 'RUNNING').map((task) => task.worker_id),
    );
  }

  const written = Array.from({ length: SOURCES }, () => 0);
  async function offer(count: number): Promise<void> {
    for (let source = 0; source < SOURCES; source++) {
      const lines = Array.from({ length: count }, () => `${source}-${written[source]!++}\n`);
      await appendFile(join(folder, `in-${source}.txt`), lines.join(''));
    }
  }

  async function rows(): Promise<string[]> {
    const names = (await readdir(join(folder, 'rows'))).filter((name) => name.endsWith('.jsonl'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, 'rows', name), 'utf8')));
    return texts
      .join('')
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { value: string }).value);
  }

  async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = Date.now() + 90_000;
    while (!(await condition().catch(() => false))) {
      if (Date.now() > deadline) throw new Error(`not within 90 s: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  it('share the tasks, take over those of a killed one, and write every line once', async () => {
    const [first, second] = [await startWorker(), await startWorker()];
    const string = 'org.apache.kafka.connect.storage.StringConverter';
    const create = (name: string, config: Record<string, string>): Promise<unknown> =>
      ask(first, '/connectors', {
        method: 'POST',
        body: JSON.stringify({ name, config: { 'value.converter': string, 'key.converter': string, ...config } }),
      });
    await offer(20);
    for (let source = 0; source < SOURCES; source++) {
      await create(`source-${source}`, {
        'connector.class': 'FileStreamSource',
        file: join(folder, `in-${source}.txt`),
        topic: `lines-${run}`,
      });
    }
    await create('rows', { 'connector.class': 'FileSink', topics: `lines-${run}`, directory: join(folder, 'rows'), 'roll.ms': '200' });
    const ids = [first, second].map((port) => `127.0.0.1:${port}`);
    await until(async () => {
      const owners = await workersOf(second);
      return owners.length === SOURCES + 1 && ids.every((id) => owners.includes(id));
    }, 'tasks run on both workers');

    await offer(20);
    children.get(first)!.kill('SIGKILL');
    await offer(20);
    await until(async () => {
      const owners = await workersOf(second);
      return owners.length === SOURCES + 1 && owners.every((id) => id === ids[1]);
    }, 'all tasks run on the worker that is left');
    await offer(20);
    const all = written.flatMap((count, source) => Array.from({ length: count }, (_, line) => `${source}-${line}`)).sort();
    await until(async () => (await rows()).length >= all.length, 'every line is in a file');
    expect((await rows()).sort()).toEqual(all);
  });
});
