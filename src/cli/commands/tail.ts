import { InvalidArgumentError, type Command } from 'commander';
import { readRecords } from '../../log/read-records.js';
import { selfDescribing } from '../../serde/self-describing.js';
import { wholeNumber } from '../parse-number.js';
import { recordAsJson, recordAsText } from '../render-record.js';
import { inExistingLog } from '../session.js';
import type { Terminal } from '../terminal.js';

interface TailOptions {
  readonly from: number | 'earliest' | 'latest';
  readonly limit?: number;
  readonly follow?: boolean;
}

export function tailCommand(program: Command, { write, signal }: Terminal): void {
  program
    .command('tail <topic>')
    .description('Print the records of a topic, decoded: Avro by its schema id, JSON, text; pictures by size and hash.')
    .option('--from <place>', 'earliest, latest or an offset', place, 'earliest')
    .option('--limit <n>', 'stop after so many records', wholeNumber(1))
    .option('--follow', 'wait for more records at the end, until Ctrl-C')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater tail predictions --log ./data --json\n  headwater tail camera-frames --from latest --follow',
    )
    .action((topic: string, { from, limit, follow }: TailOptions, command: Command) =>
      inExistingLog(command, async ({ log, registry, json }) => {
        const decode = selfDescribing(registry);
        const render = json ? recordAsJson : recordAsText;
        let printed = 0;
        for await (const record of readRecords(log, topic, { from, signal, ...(follow && { follow }) })) {
          if (signal.aborted) return;
          await write(`${render(record, await decode(record.value))}\n`);
          if (++printed === limit) return;
        }
      }),
    );
}

function place(text: string): number | 'earliest' | 'latest' {
  if (text === 'earliest' || text === 'latest') return text;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError(`Expected earliest, latest or an offset, got "${text}".`);
}
