import { Option, type Command } from 'commander';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { fileBlobs } from '../../image/blob-loader.js';
import type { Delivery } from '../../log/log.js';
import { Runtime } from '../../runtime.js';
import type { App } from '../../topology/app.js';
import type { ErrorPolicy } from '../../topology/task.js';
import { loadTopology } from '../load-topology.js';
import { progressBar } from '../progress.js';
import { inSession } from '../session.js';
import type { Terminal } from '../terminal.js';

interface RunOptions {
  readonly app?: string;
  readonly delivery: Delivery;
  readonly onError: ErrorPolicy;
  readonly blobs?: string;
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
    .option('--blobs <dir>', 'directory from which pictures may be loaded that are too big for a topic')
    .option('--until-idle', 'end when all input has been worked off')
    .addHelpText('after', examples)
    .action((name: string, options: RunOptions, command: Command) =>
      inSession(command, async ({ log, registry, json }) => {
        const topology = await loadTopology(name);
        const runtime = await Runtime.open({ log, registry });
        try {
          const { app: id, delivery, onError, blobs, untilIdle = false } = options;
          const app = await runtime.run(topology, {
            delivery,
            onError,
            ...(id !== undefined && { app: id }),
            ...(blobs !== undefined && { blobs: fileBlobs(pathToFileURL(`${path.resolve(blobs)}/`)) }),
          });
          if (!json && !untilIdle) terminal.writeError(`${topology.name} runs on ${log.name}; Ctrl-C ends it\n`);
          await work(app, untilIdle, terminal);
          const { recordsIn, recordsOut, deadLettered, epochs } = app.metrics;
          const written = Object.fromEntries(recordsOut);
          const outputs = Object.entries(written).map(([topic, records]) => `${records} to ${topic}`);
          const counts = [`${recordsIn} records read`, ...outputs, `${deadLettered} dead-lettered`];
          const summary = { topology: topology.name, recordsIn, written, deadLettered, epochs };
          await terminal.write(json ? `${JSON.stringify(summary)}\n` : `${topology.name}: ${counts.join(', ')}\n`);
        } finally {
          await runtime.close();
        }
      }),
    );
}

const examples = `
Examples:
  headwater run score --log ./data
  headwater run ./my-topology.ts --log kafka://localhost:9092 --until-idle`;

/** Resolves when the app has stopped: by itself, by a signal, or because nothing is left to do. */
async function work(app: App, untilIdle: boolean, terminal: Terminal): Promise<void> {
  const bar = progressBar(terminal);
  const stopped = (): boolean => terminal.signal.aborted;
  while (!stopped() && !(untilIdle && (await app.idle()))) {
    bar.draw(app.metrics.recordsIn);
    await Promise.race([pause(100), app.done]);
  }
  bar.end();
  await app.stop();
}
