import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { connectClassPath } from '../kafka/jars.js';
import { startKafka } from '../kafka/kafka.js';
import { freePorts } from '../kafka/ports.js';
import type { Bench } from './bench.js';
import { MeasuredProcess } from './measured-process.js';
import { home } from './scoring-job.js';

const RECORD_BYTES = 100_000;
const SILENCE_MS = 60_000;
/** What Kafka's connect-distributed.sh and kafka-run-class.sh give the JVM where nobody says otherwise. */
const SCRIPT_FLAGS = [
  '-Xms256M',
  '-Xmx2G',
  '-server',
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
];

/**
 * Records of 100 KB a second from a file to a topic of Apache Kafka and from there to a file, by FileStreamSource and FileStreamSink: `headwater connect`
 * against Kafka's own worker, each one process, driven through Connect's REST interface. Ours commits records and source offsets in transactions, Kafka's
 * worker with its defaults, the JVM with the flags of its own start script. Both sides' peak memory and processor time are told at the end. Needs java and mvn. `--records` a measurement, `--runs`.
 */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const records = Number(options['records'] ?? 1000);
  const folder = await mkdtemp(path.join(tmpdir(), 'headwater-bench-'));
  const input = path.join(folder, 'lines');
  const lines = Array.from({ length: records }, (_, n) => String(n).padEnd(RECORD_BYTES, 'abcdefghij'));
  await writeFile(input, `${lines.join('\n')}\n`);
  const kafka = await startKafka();
  const [ourPort, theirPort] = (await freePorts(2)) as [number, number];
  const log = (name: string): string => path.join(folder, `${name}.log`);
  const command = path.join(home, 'dist/src/cli/main.js');
  const ours = new MeasuredProcess(
    process.execPath,
    [command, 'connect', '--log', `kafka://${kafka.brokers.join()}`, '--port', String(ourPort)],
    log('ours'),
  );
  const properties = path.join(folder, 'worker.properties');
  await writeFile(properties, workerProperties(kafka.brokers.join(), theirPort));
  const java = [...SCRIPT_FLAGS, '-cp', await connectClassPath(), 'org.apache.kafka.connect.cli.ConnectDistributed', properties];
  const theirs = new MeasuredProcess('java', java, log('theirs'));
  await Promise.all([ready(ours, ourPort, log('ours')), ready(theirs, theirPort, log('theirs'))]);
  const wanted = digest(await readFile(input));
  const costs = { ours: [] as number[], theirs: [] as number[] };
  let run = 0;

  const measure = async (port: number, worker: MeasuredProcess, seconds: number[]): Promise<number> => {
    const name = `run-${run++}`;
    const output = path.join(folder, name);
    const cpu = worker.cpuSeconds;
    const started = performance.now();
    const topics = { 'topic.creation.default.partitions': '1', 'topic.creation.default.replication.factor': '1' };
    await put(port, `${name}-source`, { ...connector('FileStreamSource'), ...topics, file: input, topic: name });
    await put(port, `${name}-sink`, { ...connector('FileStreamSink'), file: output, topics: name });
    await written(output, statSync(input).size);
    const took = (performance.now() - started) / 1000;
    seconds.push(worker.cpuSeconds - cpu);
    if (digest(await readFile(output)) !== wanted) throw new Error(`the sink of ${name} wrote something else than the source read`);
    for (const role of ['source', 'sink']) await request(port, `/connectors/${name}-${role}`, { method: 'DELETE' });
    await rm(output);
    return records / took;
  };
  return {
    unit: 'records/s',
    kind: 'rate',
    runs: Number(options['runs'] ?? 5),
    ours: () => measure(ourPort, ours, costs.ours),
    reference: () => measure(theirPort, theirs, costs.theirs),
    async close() {
      console.error(`reference: the JVM runs with ${SCRIPT_FLAGS.join(' ')}, as Kafka's own start script has it`);
      for (const [side, worker, seconds] of [['ours', ours, costs.ours] as const, ['reference', theirs, costs.theirs] as const]) {
        const mean = seconds.slice(1).reduce((sum, one) => sum + one, 0) / (seconds.length - 1);
        console.error(
          `${side}: ${worker.peakMiB.toFixed(0)} MiB at most, ${((1000 * mean) / records).toFixed(2)} ms of processor time a record`,
        );
        await worker.stop();
      }
      await kafka.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function connector(type: string): Record<string, string> {
  const converter = 'org.apache.kafka.connect.storage.StringConverter';
  return {
    'connector.class': `org.apache.kafka.connect.file.${type}Connector`,
    'tasks.max': '1',
    'key.converter': converter,
    'value.converter': converter,
  };
}

function workerProperties(brokers: string, port: number): string {
  const topics = ['config', 'offset', 'status'].flatMap((kind) => [
    `${kind}.storage.topic=reference-${kind}`,
    `${kind}.storage.replication.factor=1`,
  ]);
  const converters = ['key', 'value'].map((side) => `${side}.converter=org.apache.kafka.connect.storage.StringConverter`);
  return [
    `bootstrap.servers=${brokers}`,
    'group.id=reference',
    `listeners=http://127.0.0.1:${port}`,
    'plugin.discovery=only_scan',
    ...topics,
    ...converters,
  ].join('\n');
}

async function ready(worker: MeasuredProcess, port: number, logFile: string): Promise<void> {
  const deadline = Date.now() + SILENCE_MS;
  while (!worker.ended && Date.now() < deadline) {
    if (await request(port, '/connectors').catch(() => false)) return;
    await pause(100);
  }
  throw new Error(`a worker does not answer:\n${(await readFile(logFile, 'utf8')).slice(-3000)}`);
}

async function put(port: number, name: string, config: Record<string, string>): Promise<void> {
  const body = JSON.stringify(config);
  await request(port, `/connectors/${name}/config`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
}

/** Tries again while the worker's group rebalances (409). */
async function request(port: number, where: string, init: RequestInit = {}): Promise<true> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}${where}`, init);
    if (answer.ok) return true;
    if (answer.status !== 409) throw new Error(`${init.method ?? 'GET'} ${where}: ${answer.status} ${await answer.text()}`);
    await pause(50);
  }
}

async function written(file: string, bytes: number): Promise<void> {
  const deadline = Date.now() + SILENCE_MS;
  while (!existsSync(file) || statSync(file).size < bytes) {
    if (Date.now() > deadline) throw new Error(`${file} has ${existsSync(file) ? statSync(file).size : 0} of ${bytes} bytes`);
    await pause(5);
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
