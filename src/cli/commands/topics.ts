import { Option, type Command } from 'commander';
import type { Log, TopicInfo, TopicSpec } from '../../log/log.js';
import { wholeNumber } from '../parse-number.js';
import { inExistingLog, inSession } from '../session.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

interface CreateOptions {
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  readonly retentionMs?: number;
  readonly retentionBytes?: number;
}

export function topicsCommand(program: Command, { write }: Terminal): void {
  const topics = program.command('topics').description('List, create, describe and delete topics.').addHelpText('after', examples);

  topics
    .command('list', { isDefault: true })
    .description('List the topics of the log and how many records they hold.')
    .addHelpText('after', '\nExample:\n  headwater topics list --log ./data --json')
    .action((_, command: Command) =>
      inExistingLog(command, async ({ log, json }) => {
        const rows = [];
        for (const topic of await log.topics()) rows.push({ ...topic, records: await countRecords(log, topic.name) });
        if (json) return write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
        const cells = rows.map((row) => [row.name, row.partitions, row.records, row.cleanup, row.retentionMs, row.retentionBytes]);
        return write(table(['TOPIC', 'PARTITIONS', 'RECORDS', 'CLEANUP', 'RETENTION MS', 'RETENTION BYTES'], cells));
      }),
    );

  topics
    .command('create <topic>')
    .description('Create a topic; one that exists stays as it is.')
    .option('--partitions <n>', 'number of partitions', wholeNumber(1), 4)
    .addOption(
      new Option('--cleanup <policy>', 'delete by age and size, or keep the last record of each key')
        .choices(['delete', 'compact'])
        .default('delete'),
    )
    .option('--retention-ms <n>', 'drop records older than this, by event time', wholeNumber(1))
    .option('--retention-bytes <n>', 'drop the oldest records of a partition above this size', wholeNumber(1))
    .addHelpText('after', '\nExample:\n  headwater topics create camera-frames --partitions 4 --retention-bytes 2000000000 --log ./data')
    .action((name: string, options: CreateOptions, command: Command) =>
      inSession(command, async ({ log, json }) => {
        const { partitions, cleanup, retentionMs, retentionBytes } = options;
        const limits = { ...(retentionMs && { retentionMs }), ...(retentionBytes && { retentionBytes }) };
        const spec: TopicSpec = { name, partitions, cleanup, ...limits };
        const created = (await log.createTopics([spec])).length > 0;
        return write(json ? `${JSON.stringify({ topic: name, created })}\n` : `topic ${name} ${created ? 'created' : 'exists already'}\n`);
      }),
    );

  topics
    .command('describe <topic>')
    .description('Show the settings of a topic and the offsets of its partitions.')
    .addHelpText('after', '\nExample:\n  headwater topics describe predictions --log kafka://localhost:9092')
    .action((name: string, _, command: Command) =>
      inExistingLog(command, async ({ log, json }) => {
        const [topic] = await log.topics([name]);
        const bounds = await log.bounds(name);
        if (json) return write(`${JSON.stringify({ ...topic, bounds })}\n`);
        const cells = bounds.map(({ partition, earliest, latest }) => [partition, earliest, latest, latest - earliest]);
        return write(`${topic ? settings(topic) : name}\n${table(['PARTITION', 'EARLIEST', 'LATEST', 'RECORDS'], cells)}`);
      }),
    );

  topics
    .command('delete <topics...>')
    .description('Delete topics with all their records.')
    .addHelpText('after', '\nExample:\n  headwater topics delete predictions features --log ./data')
    .action((names: string[], _, command: Command) =>
      inExistingLog(command, async ({ log, json }) => {
        await log.deleteTopics(names);
        return write(json ? `${JSON.stringify({ deleted: names })}\n` : `deleted ${names.join(', ')}\n`);
      }),
    );
}

const examples = `
Examples:
  headwater topics --log ./data
  headwater topics create frames --partitions 4
  headwater topics describe frames --json`;

async function countRecords(log: Log, topic: string): Promise<number> {
  return (await log.bounds(topic)).reduce((sum, { earliest, latest }) => sum + latest - earliest, 0);
}

function settings({ name, partitions, cleanup, retentionMs, retentionBytes }: TopicInfo): string {
  const limits = [
    ...(retentionMs === undefined ? [] : [`retention ${retentionMs} ms`]),
    ...(retentionBytes === undefined ? [] : [`retention ${retentionBytes} bytes a partition`]),
  ];
  return [`${name}: ${partitions} partitions`, `cleanup ${cleanup}`, ...limits].join(', ');
}
