import { Command, CommanderError, Option } from 'commander';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import { HeadwaterError, reasonOf } from '../errors.js';
import { commandsFor } from './commands-for.js';
import type { Terminal } from './terminal.js';

/** Exit codes: what every command promises. */
const OK = 0;
const FAILURE = 1;
const USAGE = 2;

/** Runs one command line and gives its exit code. Never throws: what goes wrong is one sentence on the error stream. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  let help = '';
  const program = new Command('headwater')
    .description('Continuous prediction on image streams.')
    .addOption(new Option('--log <location>', 'a directory, memory: or kafka://HOST:PORT').env('HEADWATER_LOG').default('data'))
    .addOption(
      new Option('--kafka-config <file>', "how to log in to a secured Kafka: the properties that Kafka's own tools take").env(
        'HEADWATER_KAFKA_CONFIG',
      ),
    )
    .addOption(new Option('--registry <url>', "Confluent-compatible schema registry (default: the log's own)").env('HEADWATER_REGISTRY'))
    .option('--json', 'one JSON value a line instead of text')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => (help += text), writeErr: terminal.writeError })
    .showHelpAfterError('Run it with --help for its options.')
    .exitOverride();

  // Commander finds a program's options behind a command, too, where --version may be the command's own.
  if (argv.length < 2) program.version(packageVersion());

  for (const command of await commandsFor(argv)) command(program, terminal);

  try {
    await program.parseAsync(argv, { from: 'user' });
    return OK;
  } catch (reason) {
    if (reason instanceof CommanderError) return reason.exitCode === 0 ? OK : USAGE;
    terminal.writeError(`headwater: ${sentence(reason, terminal.debug)}\n`);
    return FAILURE;
  } finally {
    await terminal.write(help);
  }
}

function sentence(reason: unknown, debug: boolean): string {
  if (debug) return inspect(reason, { depth: 5 });
  if (reason instanceof HeadwaterError) return reason.message;
  return `${reasonOf(reason)}. This was not foreseen: HEADWATER_DEBUG=1 shows where it comes from.`;
}

function packageVersion(): string {
  return (createRequire(import.meta.url)('headwater/package.json') as { version: string }).version;
}
