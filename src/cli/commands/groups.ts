import type { Command } from 'commander';
import { error } from '../../errors.js';
import { inExistingLog } from '../session.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

export function groupsCommand(program: Command, { write }: Terminal): void {
  program
    .command('groups [group]')
    .description('Show where consumer groups stand: committed offsets and lag.')
    .addHelpText('after', '\nExamples:\n  headwater groups --log ./data\n  headwater groups score --log kafka://localhost:9092 --json')
    .action((only: string | undefined, _, command: Command) =>
      inExistingLog(command, async ({ log, json }) => {
        const rows = [];
        for (const group of only === undefined ? await log.groups() : [only]) {
          for (const { topic, partition, offset, lag } of await log.committed(group)) rows.push({ group, topic, partition, offset, lag });
        }
        if (only !== undefined && rows.length === 0) throw error('HW_GROUP_UNKNOWN', { group: only, log: log.name });
        if (json) return write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        const cells = rows.map(({ group, topic, partition, offset, lag }) => [group, topic, partition, offset, lag]);
        return write(table(['GROUP', 'TOPIC', 'PARTITION', 'COMMITTED', 'LAG'], cells));
      }),
    );
}
