import type { Command } from 'commander';

import { error } from '../../errors.js';
import { askTrainer } from '../../loop/ask-trainer.js';
import { explainPrediction } from '../../loop/explain-prediction.js';
import { replayVersion } from '../../loop/replay-version.js';
import type { Terminal } from '../terminal.js';
import { inRegistry, withoutFile } from './models.js';

/** `explain`, `replay` and `retrain`. */
export function lineageCommands(program: Command, { write }: Terminal): void {
  program
    .command('explain <prediction>')
    .description('Walk from a prediction back to its frame, its features and the training of its head.')
    .addHelpText('after', '\nExample:\n  headwater explain camera-frames-2-17/gate')
    .action((id: string, _, command: Command) =>
      inRegistry(command, async ({ log, schemas, registry, json }) => {
        const { version, ...rest } = await explainPrediction(log, schemas, registry.versions(), id);
        const { head } = rest.prediction;
        const pruned = registry.pruned().some(({ versions }) => versions.includes(head.version));
        const by = version ? { version: withoutFile(version) } : pruned ? { pruned: true } : {};
        return write(`${JSON.stringify({ ...rest, ...by }, null, json ? 0 : 2)}\n`);
      }),
    );

  program
    .command('replay <version>')
    .description('Train a version again from its snapshot; exit code 1 where the bytes differ.')
    .addHelpText('after', '\nExample:\n  headwater replay 1c36b70788d9')
    .action((id: string, _, command: Command) =>
      inRegistry(command, async ({ log, schemas, registry, json }) => {
        const made = registry.version(id);
        const replayed = await replayVersion(log, schemas, made);
        if (!replayed.equal) throw error('HW_REPLAY_DIFFERS', { version: made.version, got: replayed.version });
        return write(json ? `${JSON.stringify(replayed)}\n` : `equal: ${replayed.version} from rows ${replayed.rows}\n`);
      }),
    );

  program
    .command('retrain <head>')
    .description('Ask the trainer to train a head now, on all examples so far.')
    .addHelpText('after', '\nExample:\n  headwater retrain occupied@junction/gate')
    .action((head: string, _, command: Command) =>
      inRegistry(command, async ({ log, schemas }) => {
        await askTrainer(log, schemas, head, { action: 'retrain', reason: 'asked by hand', at: Date.now() });
        return write(`asked to train ${head}\n`);
      }),
    );
}
