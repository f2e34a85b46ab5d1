import { InvalidArgumentError, type Command } from 'commander';

import type { HistoryPlace } from '../../loop/backfill-plan.js';
import { backfill } from '../../loop/backfill.js';
import { Runtime } from '../../runtime.js';
import { progressBar } from '../progress.js';
import { inExistingLog } from '../session.js';
import type { Terminal } from '../terminal.js';

interface BackfillOptions {
  readonly version?: string;
  readonly from?: HistoryPlace;
  readonly to?: HistoryPlace;
}

export function backfillCommand(program: Command, terminal: Terminal): void {
  program
    .command('backfill <head>')
    .description('Score the feature log again with a version, into predictions-backfill-<name of the head>, beside what runs live.')
    .option('--version <version>', 'the version, or how its name begins; default: the champion of this moment')
    .option(
      '--from <place>',
      'where to begin: an offset in every partition, or a time (ISO 8601); default: the oldest features kept',
      place,
    )
    .option('--to <place>', 'the first that is left out: an offset or a time; default: the end of the log at this moment', place)
    .addHelpText('after', examples)
    .action((head: string, { version, from, to }: BackfillOptions, command: Command) =>
      inExistingLog(command, async ({ log, registry, json }) => {
        const runtime = await Runtime.open({ log, registry });
        const bar = progressBar(terminal);
        try {
          const request = { head, ...(version !== undefined && { version }), ...(from && { from }), ...(to && { to }) };
          const result = await backfill(runtime, request, { signal: terminal.signal, onProgress: bar.draw });
          bar.end();
          const { plan, topic, resumed, predictions, deadLettered, finished } = result;
          const { group, versions, starts, ends } = plan;
          const summary = {
            topic,
            group,
            versions,
            starts: offsets(starts),
            ends: offsets(ends),
            resumed,
            predictions,
            deadLettered,
            finished,
          };
          const counts = `${predictions} predictions written to ${topic}, ${deadLettered} dead-lettered`;
          const note = finished ? '' : '; stopped: the same command goes on';
          const by = versions.map((scorer) => `  ${scorer.head} ${scorer.version}\n`).join('');
          await terminal.write(json ? `${JSON.stringify(summary)}\n` : `${counts}${resumed ? ' (resumed)' : ''}${note}\n${by}`);
        } finally {
          await runtime.close();
        }
      }),
    );
}

const examples = `
Killed or stopped, the same command goes on where it was, with the versions that it began with.

Examples:
  headwater backfill occupied
  headwater backfill occupied@junction/gate --version 1c36b70788d9 --from 2026-05-01T12:00:00Z --to 2026-05-02T12:00:00Z`;

function offsets(positions: readonly { readonly offset: number }[]): number[] {
  return positions.map(({ offset }) => offset);
}

function place(text: string): HistoryPlace {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return { offset: Number(text) };
  const time = Date.parse(text);
  if (/^\d{4}-/.test(text) && time >= 0) return { time };
  throw new InvalidArgumentError(`Expected an offset or a time such as 2026-05-01T12:00:00Z, got "${text}".`);
}
