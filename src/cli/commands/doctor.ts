import { Argument, type Command } from 'commander';

import { doctorChecks, runDoctor } from '../../doctor/run-doctor.js';
import type { Finding } from '../../doctor/finding.js';
import { error } from '../../errors.js';
import { logOptions, type GlobalOptions } from '../session.js';
import type { Terminal } from '../terminal.js';

const names = doctorChecks({ log: '' }).map(({ name }) => name);

export function doctorCommand(program: Command, { write }: Terminal): void {
  program
    .command('doctor')
    .addArgument(new Argument('[checks...]', 'only these').choices(names))
    .description('Say what works here and what to do where it does not; exit code 1 where something fails.')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater doctor --log ./data\n  headwater doctor log registry --log kafka://localhost:9092 --json',
    )
    .action(async (only: readonly string[], _, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { log, registry, json } = options;
      const checks = doctorChecks({ log, logOptions: await logOptions(options), ...(registry !== undefined && { registry }) });
      const wanted = checks.filter(({ name }) => only.length === 0 || only.includes(name));
      let failed = 0;
      for await (const finding of runDoctor(wanted)) {
        if (finding.status === 'fail') failed += 1;
        await write(`${json ? JSON.stringify(finding) : inWords(finding)}\n`);
      }
      if (failed > 0) throw error('HW_DOCTOR', { failed, checks: wanted.length });
    });
}

function inWords({ check, status, found, action }: Finding): string {
  return `${status.padEnd(5)} ${check.padEnd(9)} ${found}${action === undefined ? '' : `\n${' '.repeat(16)}${action}`}`;
}
