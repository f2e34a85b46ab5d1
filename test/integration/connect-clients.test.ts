import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { loadConnectors, restServer, startConnectWorker, type ConnectWorker } from '../../src/connect/index.js';
import { MemoryLog } from '../../src/log/memory-log.js';

const run = promisify(execFile);
const ENV = { LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8' };

let folder: string;
let log: MemoryLog;
let worker: ConnectWorker;
let server: FastifyInstance;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-clients-'));
  await writeFile(join(folder, 'in.txt'), 'one\ntwo\n');
  log = new MemoryLog();
  worker = await startConnectWorker({ log, connectors: await loadConnectors() });
  server = restServer({ herder: worker.herder });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  await worker.stop();
  await log.close();
  await rm(folder, { recursive: true });
});

/** Installs Python packages into a folder of their own; skips the test loudly where the index does not answer. */
async function python(context: TestContext, ...packages: string[]): Promise<(...args: string[]) => Promise<string>> {
  const target = join(folder, packages.join('-'));
  try {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', target, ...packages]);
  } catch (thrown) {
    console.warn(`SKIPPED: ${packages.join(', ')} cannot be installed here: ${String(thrown).slice(0, 200)}`);
    context.skip();
  }
  return async (...args) => (await run('python3', args, { env: { ...process.env, ...ENV, PYTHONPATH: target } })).stdout;
}

const config = (name: string) => ({
  'connector.class': 'FileStreamSource',
  file: join(folder, 'in.txt'),
  topic: name,
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
});

describe('clients of Kafka Connect that others wrote', () => {
  it('kafka-connect-py runs its commands', async (context) => {
    const py = await python(context, 'kafka-connect-py==1.0.0');
    const kc = async (...args: string[]): Promise<unknown> => {
      const text = await py('-c', 'from kafka_connect.cli import cli; cli()', '--url', url, ...args);
      return text.trim() === '' ? undefined : JSON.parse(text);
    };
    expect(await kc('info')).toMatchObject({ kafka_cluster_id: await log.id() });
    expect(await kc('create', '--config-data', JSON.stringify({ name: 'one', config: config('one') }))).toMatchObject({
      name: 'one',
      type: 'source',
    });
    expect(await kc('list')).toEqual(['one']);
    await worker.settled();
    expect(await kc('status', 'one')).toMatchObject({ name: 'one', connector: { state: 'RUNNING' } });
    expect(await kc('config', 'one')).toMatchObject({ topic: 'one' });
    expect(await kc('list-tasks', 'one')).toMatchObject([{ id: { connector: 'one', task: 0 } }]);
    await kc('pause', 'one');
    await kc('resume', 'one');
    await kc('restart', 'one', '--include-tasks');
    expect(await kc('update', 'one', '--config-data', JSON.stringify({ ...config('one'), 'batch.size': '7' }))).toMatchObject({
      config: { 'batch.size': '7' },
    });
    await kc('delete', 'one');
    expect(await kc('list')).toEqual([]);
  });

  it('kafkaconnect runs its commands', async (context) => {
    const py = await python(context, 'kafkaconnect==1.3.1', 'click', 'requests', 'kafka-python', 'confluent-kafka');
    const kafkaconnect = (...args: string[]): Promise<string> =>
      py('-c', 'from kafkaconnect.cli import main; main(obj={})', '--connect', url, ...args);
    const file = join(folder, 'two.json');
    await writeFile(file, JSON.stringify(config('two')));
    await kafkaconnect('upload', '--name', 'two', file);
    await worker.settled();
    expect(await kafkaconnect('list')).toContain('two');
    expect(await kafkaconnect('status', 'two')).toContain('RUNNING');
    expect(await kafkaconnect('plugins')).toContain('FileStreamSourceConnector');
    for (const command of ['info', 'config', 'tasks', 'topics']) expect(await kafkaconnect(command, 'two')).toContain('two');
    for (const command of ['restart', 'pause', 'resume', 'delete']) await kafkaconnect(command, 'two');
    expect(worker.herder.names()).toEqual([]);
  });

  it('kafka-connect-api drives a connector', async (context) => {
    const py = await python(context, 'kafka-connect-api==0.5.10');
    await worker.herder.create('three', config('three'));
    await worker.settled();
    const script = `
from kafka_connect_api.kafka_connect_api import Api, Cluster
cluster = Cluster(Api(url="${url}"))
connector = cluster.connectors["three"]
print(cluster.kafka_cluster, connector.state, len(connector.tasks))
cluster.root_logger = "INFO"
connector.pause(); connector.resume(); connector.restart(); connector.delete()
print(list(cluster.connectors))`;
    const [first, second] = (await py('-c', script)).trim().split('\n');
    expect(first).toBe(`${await log.id()} RUNNING 1`);
    expect(second).toBe('[]');
  });

  it("org.sourcelab's Java client drives a connector", async (context) => {
    const java = fileURLToPath(new URL('../fixtures/connect/java-client', import.meta.url));
    const classpath = join(folder, 'classpath');
    try {
      await run('mvn', ['-q', '-B', '-f', join(java, 'pom.xml'), 'dependency:build-classpath', `-Dmdep.outputFile=${classpath}`]);
    } catch (thrown) {
      console.warn(`SKIPPED: org.sourcelab:kafka-connect-client cannot be had here: ${String(thrown).slice(0, 200)}`);
      context.skip();
    }
    const args = ['-cp', await readFile(classpath, 'utf8'), join(java, 'JavaClient.java'), url, join(folder, 'in.txt')];
    expect((await run('java', args)).stdout.trim().split('\n')).toEqual([
      `cluster ${await log.id()}`,
      'connectors [four]',
      'state RUNNING',
      'plugin true',
      'updated 9',
      'errors 1',
      'left []',
    ]);
  });
});
