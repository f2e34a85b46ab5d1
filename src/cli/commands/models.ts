import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';

import { error, reasonOf } from '../../errors.js';
import { askTrainer, promotion } from '../../loop/ask-trainer.js';
import { modelCard } from '../../loop/model-card.js';
import type { Alias, ModelVersion, PrunedVersions } from '../../loop/model-event.js';
import { ModelRegistry } from '../../loop/model-registry.js';
import { headToOnnx } from '../../ml/head/head-to-onnx.js';
import { decodeHead } from '../../ml/head/head.js';
import { inExistingLog, type Session } from '../session.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

/** Who does what a command asks for, and where to look for it. */
export const WHO = 'the app that runs retrain does it, and what it cannot do goes to its dead letters';

export function modelsCommand(program: Command, { write }: Terminal): void {
  const models = program
    .command('models')
    .description('Versions of heads: list, show, promote, roll back, compare, export.')
    .addHelpText('after', '\nExamples:\n  headwater models --log ./data\n  headwater models show 1c36b70788d9');

  models
    .command('list', { isDefault: true })
    .description('List the versions of all heads, what they are now and how the gate judged them.')
    .addHelpText('after', '\nExample:\n  headwater models list --log ./data --json')
    .action((_, command: Command) =>
      inRegistry(command, async ({ registry, json }) => {
        const inOrder = registry.versions().sort((a, b) => (a.head < b.head ? -1 : a.head > b.head ? 1 : a.trainedAt - b.trainedAt));
        const rows = inOrder.map((made) => ({ made, aliases: aliasesOf(registry, made) }));
        const pruned = registry.pruned();
        if (json) {
          const prunedOf = (head: string) => pruned.find((one) => one.head === head)?.count ?? 0;
          return write(
            rows.map(({ made, aliases }) => `${JSON.stringify({ ...withoutFile(made), aliases, pruned: prunedOf(made.head) })}\n`).join(''),
          );
        }
        const cells = rows.map(({ made: { head, version, trainedAt, reason, learned, metrics, gate }, aliases }) => [
          head,
          version,
          aliases.join(' '),
          new Date(trainedAt).toISOString(),
          learned,
          metrics.accuracy.toFixed(3),
          gate.promoted ? 'promoted' : 'refused',
          reason,
        ]);
        return write(table(['HEAD', 'VERSION', 'NOW', 'TRAINED', 'EXAMPLES', 'ACCURACY', 'GATE', 'REASON'], cells) + prunedLine(pruned));
      }),
    );

  models
    .command('show <version>')
    .description('Show a version as a model card in Markdown; with --json all that is known of it, its rows as well.')
    .addHelpText('after', '\nExample:\n  headwater models show 1c36b70788d9')
    .action((version: string, _, command: Command) =>
      inRegistry(command, ({ registry, json }) => {
        const made = registry.version(version);
        const aliases = aliasesOf(registry, made);
        return write(json ? `${JSON.stringify({ ...withoutFile(made), aliases })}\n` : modelCard(made, aliases));
      }),
    );

  models
    .command('promote <version>')
    .description('Ask the trainer to make a version champion; it refuses where the champion has changed meanwhile.')
    .addHelpText('after', '\nExample:\n  headwater models promote 1c36b70788d9')
    .action((version: string, _, command: Command) =>
      inRegistry(command, async ({ registry, log, schemas }) => {
        const made = registry.version(version);
        await askTrainer(log, schemas, made.head, promotion(made, registry.champions.get(made.head)?.version, Date.now()));
        return write(`asked to promote ${made.version} of ${made.head}; ${WHO}\n`);
      }),
    );

  models
    .command('rollback <head>')
    .description("Ask the trainer to make a head's previous version champion again.")
    .addHelpText('after', '\nExample:\n  headwater models rollback occupied@junction/gate')
    .action((head: string, _, command: Command) =>
      inRegistry(command, async ({ registry, log, schemas }) => {
        const expected = registry.champions.get(head)?.version;
        if (expected === undefined) throw error('HW_HEAD_UNKNOWN', { head });
        await askTrainer(log, schemas, head, { action: 'rollback', expected, reason: 'rolled back by hand', at: Date.now() });
        return write(`asked to roll ${head} back from ${expected}; ${WHO}\n`);
      }),
    );

  models
    .command('diff <one> <other>')
    .description('Show where two versions differ.')
    .addHelpText('after', '\nExample:\n  headwater models diff 1c36b70788d9 9f4d8c951e1d')
    .action((one: string, other: string, _, command: Command) =>
      inRegistry(command, ({ registry }) => {
        const [left, right] = [facts(registry.version(one)), facts(registry.version(other))];
        const cells = Object.keys(left).flatMap((fact) => (left[fact] === right[fact] ? [] : [[fact, left[fact], right[fact]]]));
        return write(table(['', one, other], cells));
      }),
    );

  models
    .command('export <version> <file>')
    .description('Write a version as an ONNX model (.onnx), or as its head file.')
    .addHelpText('after', '\nExample:\n  headwater models export 1c36b70788d9 gate.onnx')
    .action((version: string, file: string, _, command: Command) =>
      inRegistry(command, async ({ registry }) => {
        const head = decodeHead(Buffer.from(registry.version(version).file, 'base64'));
        await writeFile(file, file.endsWith('.onnx') ? headToOnnx(head) : head.encode()).catch((cause: unknown) => {
          throw error('HW_FILE_WRITE', { file, reason: reasonOf(cause) }, cause);
        });
        return write(`${file}: ${head.name} ${head.version}\n`);
      }),
    );
}

interface RegistrySession extends Omit<Session, 'registry'> {
  readonly schemas: Session['registry'];
  readonly registry: ModelRegistry;
}

/** A session in which the model registry is open. */
export function inRegistry(command: Command, work: (session: RegistrySession) => Promise<void>): Promise<void> {
  return inExistingLog(command, async ({ log, registry: schemas, json }) => {
    const registry = await ModelRegistry.open(log, schemas);
    try {
      await work({ log, schemas, registry, json });
    } finally {
      await registry.close();
    }
  });
}

/** How many versions are no longer there, which nobody could tell from a list of the others. */
function prunedLine(pruned: readonly PrunedVersions[]): string {
  const total = pruned.reduce((sum, { count }) => sum + count, 0);
  const heads = pruned.map(({ head, count }) => `${head} ${count}`).join(', ');
  return total === 0 ? '' : `${total} older ${total === 1 ? 'version has' : 'versions have'} been pruned: ${heads}\n`;
}

function aliasesOf(registry: ModelRegistry, { head, version }: ModelVersion): Alias[] {
  return registry.aliases().flatMap((event) => (event.head === head && event.version === version ? [event.alias] : []));
}

/** All of a version but its bytes, which nobody reads. */
export function withoutFile(made: ModelVersion): Omit<ModelVersion, 'file'> {
  return Object.fromEntries(Object.entries(made).filter(([field]) => field !== 'file')) as unknown as Omit<ModelVersion, 'file'>;
}

/** What `diff` compares, in words. */
function facts({ head, featurizer, trainedAt, reason, penalty, learned, snapshot, metrics, gate }: ModelVersion): Record<string, string> {
  return {
    head,
    featurizer,
    trained: new Date(trainedAt).toISOString(),
    reason,
    penalty: String(penalty),
    'learned from': `${learned} of ${snapshot.labels.length}`,
    snapshot: snapshot.hash,
    accuracy: metrics.accuracy.toFixed(3),
    'log loss': metrics.logLoss.toFixed(3),
    'calibration error': metrics.calibrationError.toFixed(3),
    gate: gate.promoted ? 'promoted' : 'refused',
  };
}
