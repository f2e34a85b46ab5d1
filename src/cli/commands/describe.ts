import { Option, type Command } from 'commander';

import type { Models } from '../../loop/models.js';
import { blueprint } from '../../topology/blueprint.js';
import { describeMermaid, describeText } from '../../topology/describe.js';
import { loadTopology } from '../load-topology.js';
import type { GlobalOptions } from '../session.js';
import type { Terminal } from '../terminal.js';

export function describeCommand(program: Command, { write }: Terminal): void {
  program
    .command('describe <topology>')
    .description('Show what a topology reads, computes, keeps and writes.')
    .addOption(new Option('--format <format>', 'how').choices(['text', 'json', 'mermaid']).default('text'))
    .addHelpText('after', '\nExamples:\n  headwater describe score\n  headwater describe ./my-topology.ts --format mermaid')
    .action(async (name: string, { format }: { format: 'text' | 'json' | 'mermaid' }, command: Command) => {
      const plan = blueprint(await loadTopology(name), namesOnly);
      const { json = false } = command.optsWithGlobals<GlobalOptions>();
      if (json || format === 'json') return write(`${JSON.stringify(plan)}\n`);
      return write(`${format === 'mermaid' ? describeMermaid(plan) : describeText(plan)}\n`);
    });
}

/** Models that are never called: a description runs nothing. */
const namesOnly: Models = {
  featurizer: (name) => ({ name, apply: () => Promise.reject(new Error('a description runs no model')) }),
  detector: () => ({ name: 'detector', apply: () => Promise.reject(new Error('a description runs no model')) }),
  head: (name) => ({ name, pin: () => ({ headFor: () => undefined }) }),
};
