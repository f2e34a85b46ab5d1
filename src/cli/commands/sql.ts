import { stat } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { closeModels } from '../../ml/deep/model-cache.js';
import { closeLanes } from '../../ml/engines/lane-pool.js';
import { loadStage } from '../../ml/stage-files.js';
import { Transformer } from '../../ml/transformer.js';
import type { Row } from '../../ml/dataset/batch.js';
import { SqlSession } from '../../sql/session.js';
import { tablesIn } from '../../sql/parse-sql.js';
import { wholeNumber } from '../parse-number.js';
import { cellText, jsonValue } from '../render-record.js';
import { inExistingLog } from '../session.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { topicTable } from '../topic-table.js';

interface NamedFile {
  readonly name: string;
  readonly file: string;
}

interface SqlCommandOptions {
  readonly last?: number;
  readonly limit: number;
  readonly function: readonly NamedFile[];
}

/** Rows of a printed table, unless told otherwise. */
const ROWS = 100;

export function sqlCommand(program: Command, { write, writeError, signal }: Terminal): void {
  program
    .command('sql <query>')
    .description(
      'Ask the topics of the log in SQL: each is a table of its records as they stand now (SQL.md). Put names with a - into double quotes.',
    )
    .option('--last <n>', 'read only the last n records of each partition', wholeNumber(1))
    .option('--limit <n>', 'print so many rows at most; --json prints all', wholeNumber(1), ROWS)
    .option('--function <name=file>', 'a Keras model of pictures, or the folder of a saved stage, as a function', namedFile, [])
    .addHelpText('after', examples)
    .action((query: string, options: SqlCommandOptions, command: Command) =>
      inExistingLog(command, async ({ log, registry, json }) => {
        const session = new SqlSession();
        for (const { name, file } of options.function) await registerFile(session, name, file);
        for (const topic of tablesIn(query)) session.registerTable(topic, await topicTable(log, registry, topic, options.last));
        const result = session.sql(query);
        try {
          const rows: Row[] = [];
          for await (const row of result.rows()) {
            if (signal.aborted) return;
            if (json) await write(`${JSON.stringify(jsonValue(row))}\n`);
            else if (rows.push(row) > options.limit) break;
          }
          if (json) return;
          await write(
            table(
              result.columns,
              rows.slice(0, options.limit).map((row) => result.columns.map((name) => cell(row[name]))),
            ),
          );
          if (rows.length > options.limit) writeError(`only the first ${options.limit} rows; --limit prints more\n`);
        } finally {
          await closeModels();
          await closeLanes();
        }
      }),
    );
}

const examples = `
Examples:
  headwater sql "SELECT label, count(*) AS n FROM predictions GROUP BY label" --log ./data
  headwater sql "SELECT key, width, height FROM \\"camera-frames\\" LIMIT 5" --log ./data --json
  headwater sql "SELECT key, classifier(bytes) AS p FROM \\"camera-frames\\"" --function classifier=model.h5 --last 10`;

function cell(value: unknown): string | number {
  return typeof value === 'number' ? value : cellText(value);
}

async function registerFile(session: SqlSession, name: string, file: string): Promise<void> {
  const isFolder = (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
  if (isFolder) session.registerTransformer(name, await loadStage<Transformer>(file, Transformer));
  else session.registerKerasImageUDF(name, file);
}

function namedFile(text: string, known: readonly NamedFile[]): NamedFile[] {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || file === undefined) throw new InvalidArgumentError(`Expected NAME=FILE, got "${text}".`);
  return [...known, { name, file }];
}
