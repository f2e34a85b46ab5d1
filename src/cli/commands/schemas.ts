import type { Command } from 'commander';
import { error } from '../../errors.js';
import { inSession } from '../session.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

export function schemasCommand(program: Command, { write }: Terminal): void {
  program
    .command('schemas [subject]')
    .description('List the subjects of the schema registry, or the versions of one with their schemas.')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater schemas --log ./data\n  headwater schemas predictions-value --registry http://localhost:8081',
    )
    .action((only: string | undefined, _, command: Command) =>
      inSession(command, async ({ registry, json }) => {
        const rows = [];
        for (const subject of only === undefined ? await registry.subjects() : [only]) {
          const compatibility = await registry.compatibility(subject);
          const latest = only === undefined ? await registry.latest(subject) : undefined;
          const versions = latest ? [latest] : await registry.versions(subject);
          rows.push(...versions.map(({ version, id, schema }) => ({ subject, version, id, compatibility, schema })));
        }
        if (only !== undefined && rows.length === 0) throw error('HW_SUBJECT_UNKNOWN', { subject: only });
        if (json) return write(rows.map((row) => `${JSON.stringify({ ...row, schema: JSON.parse(row.schema) as unknown })}\n`).join(''));
        const cells = rows.map(({ subject, version, id, compatibility }) => [subject, version, id, compatibility]);
        await write(table(['SUBJECT', 'VERSION', 'ID', 'COMPATIBILITY'], cells));
        const last = rows.at(-1);
        if (only !== undefined && last) await write(`${JSON.stringify(JSON.parse(last.schema), undefined, 2)}\n`);
      }),
    );
}
