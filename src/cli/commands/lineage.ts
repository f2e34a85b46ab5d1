import type { Command } from 'commander';

import { error } from '../../errors.js';
import { askTrainer } from '../../loop/ask-trainer.js';
import type { Position } from '../../log/log.js';
import { explainPrediction, type Explanation } from '../../loop/explain-prediction.js';
import type { ModelVersion, TrainingSnapshot } from '../../loop/model-event.js';
import { replayVersion } from '../../loop/replay-version.js';
import { similarFrames } from '../../loop/similar-frames.js';
import { partitionName } from '../../record.js';
import { wholeNumber } from '../parse-number.js';
import { inExistingLog } from '../session.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';
import { inRegistry, WHO, withoutFile } from './models.js';

/** `explain`, `similar`, `replay` and `retrain`. */
export function lineageCommands(program: Command, { write }: Terminal): void {
  program
    .command('explain <prediction>')
    .description('Walk from a prediction back to its frame, its features and the training of its head.')
    .addHelpText('after', '\nExample:\n  headwater explain camera-frames-2-17/gate')
    .action((id: string, _, command: Command) =>
      inRegistry(command, async ({ log, schemas, registry, json }) => {
        const found = await explainPrediction(log, schemas, registry.versions(), id);
        const { version, ...rest } = found;
        const pruned = registry.pruned().some(({ versions }) => versions.includes(rest.prediction.head.version));
        if (!json) return write(inWords(found, pruned));
        return write(`${JSON.stringify({ ...rest, ...(version && { version: withoutFile(version) }), ...(pruned && { pruned }) })}\n`);
      }),
    );

  program
    .command('similar <prediction>')
    .description('Find the frames in the feature log that look most like that of a prediction.')
    .option('--count <n>', 'how many', wholeNumber(1), 10)
    .option('--everywhere', 'look at all cameras and regions')
    .addHelpText('after', '\nExample:\n  headwater similar camera-frames-2-17/gate --count 5')
    .action((id: string, options: { count: number; everywhere?: boolean }, command: Command) =>
      inExistingLog(command, async ({ log, registry, json }) => {
        const frames = await similarFrames(log, registry, id, options);
        if (json) return write(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(''));
        const cells = frames.map(({ id: prediction, camera, region, capturedAt, distance, label }) => [
          distance.toFixed(4),
          prediction,
          `${camera}/${region}`,
          moment(capturedAt),
          label,
        ]);
        return write(table(['DISTANCE', 'PREDICTION', 'REGION', 'CAPTURED', 'LABEL'], cells));
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
        return write(`asked to train ${head}; ${WHO}\n`);
      }),
    );
}

/** A prediction and what it comes from, a line each. */
function inWords({ prediction, frame, features, version }: Explanation, pruned: boolean): string {
  const { id, label, labels, probabilities, head, featurizer, capturedAt, predictedAt } = prediction;
  const shares = labels.map((name, at) => `${name} ${probabilities[at]!.toFixed(3)}`).join(', ');
  const at = (place: Position): string => `${partitionName(place)}@${place.offset}`;
  const made = version
    ? `trained ${moment(version.trainedAt)}: ${version.reason}; headwater models show ${version.version}`
    : pruned
      ? 'pruned from the registry since'
      : "the featurizer's own classifier: there was no head yet";
  return [
    `${id}: ${label} (${shares})`,
    `predicted  ${moment(predictedAt)}`,
    `frame      ${at(frame)}, captured ${moment(capturedAt)}`,
    `features   ${features ? at(features) : 'no longer kept'}, by ${featurizer}`,
    `head       ${version?.head ?? head.name} ${head.version}, ${made}`,
    ...(version ? training(version) : []),
    '',
  ].join('\n');
}

/** What a version learned from, how the gate judged it, and which penalty the grid chose. */
function training({ snapshot, learned, classes, gate, metrics, search, penalty }: ModelVersion): string[] {
  const { topic, partition, offsets, hash } = snapshot;
  const counts = Object.entries(classes).map(([label, count]) => `${count} ${label}`);
  const place = `${partitionName({ topic, partition })}@${offsets[0]}..${offsets.at(-1)}`;
  const points = search?.points.map((point) => `${point.penalty} ${point.logLoss.toFixed(3)}`).join(', ');
  return [
    `snapshot   ${offsets.length} examples of ${place}, content hash ${hash}; learned from ${learned}: ${counts.join(', ')}`,
    ...windowed(snapshot),
    `gate       ${gate.promoted ? 'promoted' : 'refused'}, accuracy ${metrics.accuracy.toFixed(3)} on ${metrics.rows} rows`,
    points === undefined ? `grid       not searched, penalty ${penalty}` : `grid       penalty ${penalty} of (log loss) ${points}`,
  ];
}

/** What the cap on examples and the retention of the feature log have left out, if anything. */
function windowed({ offsets, unbroken = offsets.length, expired = 0 }: TrainingSnapshot): string[] {
  const made = unbroken === offsets.length ? [] : [`the newest of each label, of all labels the newest ${unbroken}`];
  const lost = expired === 0 ? [] : [`${expired} left out, no longer in the feature log`];
  return made.length + lost.length === 0 ? [] : [`kept       ${[...made, ...lost].join('; ')}`];
}

function moment(ms: number): string {
  return new Date(ms).toISOString();
}
