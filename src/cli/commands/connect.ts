import type { Command } from 'commander';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { createSecureContext } from 'node:tls';
import { loadConnectors, newConnectWorker, restServer, type RestOptions } from '../../connect/index.js';
import { parseProperties, readConnectFiles } from '../../connect/config-file.js';
import { connectorHelp } from '../../connect/connector-help.js';
import { error, isError, reasonOf, type HeadwaterError } from '../../errors.js';
import { listen } from '../../server/listen.js';
import { collectSooner } from '../collect-sooner.js';
import { wholeNumber } from '../parse-number.js';
import { inSession, type Session } from '../session.js';
import type { Terminal } from '../terminal.js';

interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly pluginPath?: string;
  readonly users?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly help?: true;
}

/** Of a partition at once, as Kafka's own consumers have it: a worker has many, and a sink takes what it is given before it asks for more. */
const FETCH_BYTES = 2 ** 20;
const examples = `
Examples:
  headwater connect frames.properties --log ./data --port 8083
  headwater connect ImageDirectorySource --help
`;

export function connectCommand(program: Command, terminal: Terminal): void {
  program
    .command('connect [files...]')
    .description("Run a Connect worker: connectors from files (properties or JSON) and from Kafka Connect's REST interface.")
    .option('--host <address>', 'where the REST interface listens', '127.0.0.1')
    .option('--port <n>', 'its port; 0 takes a free one', wholeNumber(0), 8083)
    .option('--users <file>', 'who may use it (HTTP Basic authentication): a file of user=password lines')
    .option('--tls-cert <file>', 'serve HTTPS with this certificate chain (PEM), and with --tls-key')
    .option('--tls-key <file>', 'its private key (PEM)')
    .option('--plugin-path <folders>', 'folders with more connectors, separated by commas, each with a manifest.js')
    // Commander's own help knows no words beside it.
    .helpOption(false)
    .option('-h, --help', 'this text; after names of connectors, converters, transforms or predicates, their keys')
    .action(async (words: string[], options: ConnectOptions, command: Command) => {
      if (!options.help) collectSooner();
      const connectors = await loadConnectors(options.pluginPath?.split(','));
      if (!options.help) await runWorker(words, connectors, options, command, terminal);
      else if (words.length > 0) await terminal.write(`${connectorHelp(connectors, words)}\n`);
      else command.addHelpText('after', `${examples}\n${connectorHelp(connectors, [])}`).outputHelp();
    });
}

async function runWorker(
  files: readonly string[],
  connectors: Awaited<ReturnType<typeof loadConnectors>>,
  { host, port, users, tlsCert, tlsKey }: ConnectOptions,
  command: Command,
  { writeError, signal }: Terminal,
): Promise<void> {
  const security = { ...(users === undefined ? {} : { users: await readUsers(users) }), ...(await readTls(tlsCert, tlsKey)) };
  const { worker: properties, connectors: configs } = await readConnectFiles(files);
  const work = async ({ log }: Session): Promise<void> => {
    let id = `${host}:${port}`;
    const write = (line: string): void => writeError(`${new Date().toISOString()} ${line}\n`);
    const worker = newConnectWorker({ log, connectors, properties, id: () => id, write });
    let begin: (started: Promise<void>) => void = () => undefined;
    const started = new Promise<void>((resolve) => (begin = resolve));
    const server = restServer({ herder: worker.herder, health: () => worker.health(), started, ...security });
    const url = await listen(server, { host, port });
    id = workerId(url);
    try {
      begin(worker.start());
      await started;
      try {
        for (const { name, config, path } of configs) {
          await worker.herder.put(name, config).catch((thrown: unknown) => {
            if (!isError(thrown, 'HW_CONNECT_BAD_REQUEST')) throw thrown;
            throw error('HW_CONNECT_CONNECTOR', { path, problem: problemOf(thrown) }, thrown);
          });
        }
        writeError(`connect worker on ${log.name}, REST interface at ${url}\n`);
        if (!signal.aborted) await Promise.race([worker.lost, once(signal, 'abort')]);
      } finally {
        await worker.stop();
      }
    } finally {
      await server.close();
    }
  };
  await inSession(command, work, { kafka: { maxPartitionFetchBytes: FETCH_BYTES } });
}

/** What is wrong with a configuration, without what only clients of the REST interface can use. */
function problemOf({ details }: HeadwaterError): string {
  return String(details['problem']).replace(/\nYou can also find the above list of errors at .*/, '');
}

/** Names this worker among others: by its machine where it listens on every address of it. */
function workerId(url: string): string {
  const { hostname: host, host: address, port } = new URL(url);
  return host === '0.0.0.0' || host === '[::]' ? `${hostname()}:${port}` : address;
}

async function readUsers(file: string): Promise<ReadonlyMap<string, string>> {
  const users = Object.entries(parseProperties(await read(file))).map(([user, password]) => [user, password ?? ''] as const);
  if (users.length === 0) throw error('HW_CONNECT_FILE', { path: file, problem: 'it names no user' });
  return new Map(users);
}

async function readTls(cert: string | undefined, key: string | undefined): Promise<Pick<RestOptions, 'tls'>> {
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined) throw error('HW_CONNECT_TLS', { problem: 'one of certificate and key is missing' });
  const tls = { cert: await read(cert), key: await read(key) };
  try {
    createSecureContext(tls);
  } catch (thrown) {
    throw error('HW_CONNECT_TLS', { problem: reasonOf(thrown) }, thrown);
  }
  return { tls };
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw error('HW_FILE', { file, reason: reasonOf(cause) }, cause);
  });
}
