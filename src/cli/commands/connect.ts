import type { Command } from 'commander';
import { once } from 'node:events';
import { loadConnectors, restServer, startConnectWorker } from '../../connect/index.js';
import { readConnectFiles } from '../../connect/config-file.js';
import { wholeNumber } from '../parse-number.js';
import { inSession } from '../session.js';
import type { Terminal } from '../terminal.js';

interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly pluginPath?: string;
}

export function connectCommand(program: Command, { writeError }: Terminal): void {
  program
    .command('connect [files...]')
    .description("Run a Connect worker: connectors from files (properties or JSON) and from Kafka Connect's REST interface.")
    .option('--host <address>', 'where the REST interface listens', '127.0.0.1')
    .option('--port <n>', 'its port; 0 takes a free one', wholeNumber(0), 8083)
    .option('--plugin-path <folders>', 'folders with more connectors, separated by commas, each with a manifest.js')
    .addHelpText('after', '\nExample:\n  headwater connect frames.properties --log ./data --port 8083')
    .action((files: string[], { host, port, pluginPath }: ConnectOptions, command: Command) =>
      inSession(command, async ({ log }) => {
        const { worker: properties, connectors: configs } = await readConnectFiles(files);
        const connectors = await loadConnectors(pluginPath?.split(','));
        const write = (line: string): void => writeError(`${new Date().toISOString()} ${line}\n`);
        const worker = await startConnectWorker({ log, connectors, properties, id: `${host}:${port}`, write });
        const server = restServer({ herder: worker.herder });
        try {
          for (const { name, config } of configs) await worker.herder.put(name, config);
          const address = await server.listen({ host, port });
          writeError(`connect worker on ${log.name}, REST interface at ${address}\n`);
          await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
        } finally {
          await server.close();
          await worker.stop();
        }
      }),
    );
}
