import type { Command } from 'commander';
import { once } from 'node:events';

import { Runtime } from '../../runtime.js';
import { parseHttpAddress } from '../../server/http-address.js';
import { withDashboard } from '../serve-dashboard.js';
import { inSession } from '../session.js';
import type { Terminal } from '../terminal.js';

export function dashboardCommand(program: Command, { signal, writeError }: Terminal): void {
  program
    .command('dashboard')
    .description('Show a log in the browser, and take labels: frames, predictions, heads, dead letters and lag. Runs no topology.')
    .option('--http <[host:]port>', 'where (default: 127.0.0.1:8080, or a free port)')
    .addHelpText('after', '\nExample:\n  headwater dashboard --log kafka://localhost:9092 --http 8080')
    .action(({ http }: { http?: string }, command: Command) =>
      inSession(command, async ({ log, registry }) => {
        const address = http === undefined ? undefined : parseHttpAddress(http);
        const runtime = await Runtime.open({ log, registry });
        try {
          await withDashboard({ runtime, apps: [], address }, async (url) => {
            writeError(`dashboard of ${log.name} at ${url}; Ctrl-C ends it\n`);
            if (!signal.aborted) await once(signal, 'abort');
          });
        } finally {
          await runtime.close();
        }
      }),
    );
}
