import { Option, type Command } from 'commander';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { fileBlobs, type BlobLoader } from '../../image/blob-loader.js';
import { s3Blobs } from '../../image/s3-blobs.js';
import type { Delivery } from '../../log/log.js';
import { Runtime } from '../../runtime.js';
import { parseHttpAddress } from '../../server/http-address.js';
import type { App } from '../../topology/app.js';
import type { ErrorPolicy } from '../../topology/task.js';
import { loadTopology } from '../load-topology.js';
import { progressBar } from '../progress.js';
import { withDashboard } from '../serve-dashboard.js';
import { inSession } from '../session.js';
import type { Terminal } from '../terminal.js';

interface RunOptions {
  readonly app?: string;
  readonly delivery: Delivery;
  readonly onError: ErrorPolicy;
  readonly blobs?: string;
  readonly http?: string;
  readonly untilIdle?: true;
}

export function runCommand(program: Command, terminal: Terminal): void {
  program
    .command('run <topology>')
    .description('Run a topology, one of the package (score, featurize, predict, retrain, teach) or a file, until Ctrl-C.')
    .option('--app <id>', "application id: consumer group, prefix of its topics (default: the topology's name)")
    .addOption(new Option('--delivery <mode>', 'delivery guarantee').choices(['exactly-once', 'at-least-once']).default('exactly-once'))
    .addOption(
      new Option('--on-error <policy>', 'what becomes of a record that fails')
        .choices(['dead-letter', 'skip', 'stop'])
        .default('dead-letter'),
    )
    .option('--blobs <place>', 'directory or s3://BUCKET/PREFIX from which pictures may be loaded that are too big for a topic')
    .option('--http <[host:]port>', 'serve the dashboard, /metrics, /healthz and /readyz there (default host: 127.0.0.1)')
    .option('--until-idle', 'end when all input has been worked off')
    .addHelpText('after', examples)
    .action((name: string, options: RunOptions, command: Command) =>
      inSession(command, async ({ log, registry, json }) => {
        const { app: id, delivery, onError, http, untilIdle = false } = options;
        const address = http === undefined ? undefined : parseHttpAddress(http);
        const topology = await loadTopology(name);
        const runtime = await Runtime.open({ log, registry });
        try {
          const blobs = options.blobs === undefined ? undefined : await blobsOf(options.blobs);
          const app = await runtime.run(topology, { delivery, onError, ...(id !== undefined && { app: id }), ...(blobs && { blobs }) });
          const start = async (url?: string): Promise<void> => {
            if (url !== undefined) terminal.writeError(`dashboard at ${url}\n`);
            if (!json && !untilIdle) terminal.writeError(`${topology.name} runs on ${log.name}; Ctrl-C ends it\n`);
            await work(app, untilIdle, terminal);
          };
          try {
            await (address ? withDashboard({ runtime, apps: [app], blobs, address }, start) : start());
          } finally {
            await app.stop();
          }
          await terminal.write(json ? `${JSON.stringify(summary(app))}\n` : `${inWords(app)}\n`);
        } finally {
          await runtime.close();
        }
      }),
    );
}

/** Pictures of an S3 bucket or of a directory. */
async function blobsOf(place: string): Promise<BlobLoader> {
  return place.startsWith('s3:') ? s3Blobs(place) : fileBlobs(pathToFileURL(`${path.resolve(place)}/`));
}

const examples = `
Examples:
  headwater run score --log ./data --http 8080
  headwater run score --log ./data --blobs s3://pictures/cameras/
  headwater run ./my-topology.ts --log kafka://localhost:9092 --until-idle`;

/** Resolves when the app should end: it has stopped by itself, by a signal, or because nothing is left to do. */
async function work(app: App, untilIdle: boolean, terminal: Terminal): Promise<void> {
  const bar = progressBar(terminal);
  const stopped = (): boolean => terminal.signal.aborted;
  while (!stopped() && !(untilIdle && (await app.idle()))) {
    bar.draw(app.metrics.recordsIn);
    await Promise.race([pause(100), app.done]);
  }
  bar.end();
}

function summary({ blueprint, metrics: { recordsIn, out, deadLettered, epochs } }: App) {
  const written = Object.fromEntries([...out].map(([topic, { records }]) => [topic, records]));
  return { topology: blueprint.topology, recordsIn, written, deadLettered, epochs };
}

function inWords(app: App): string {
  const { topology, recordsIn, written, deadLettered } = summary(app);
  const outputs = Object.entries(written).map(([topic, records]) => `${records} to ${topic}`);
  return `${topology}: ${[`${recordsIn} records read`, ...outputs, `${deadLettered} dead-lettered`].join(', ')}`;
}
