import type { Alias, ModelVersion } from './model-event.js';

/** A version's model card (Mitchell et al., FAT* 2019) as Markdown: what it is, what it learned from, how it was judged. */
export function modelCard(made: ModelVersion, aliases: readonly Alias[]): string {
  const { head, version, featurizer, trainedAt, reason, penalty, learned, snapshot, split, classes, metrics, gate, search } = made;
  const { topic, partition, offsets, labels, hash, unbroken = offsets.length, expired = 0 } = snapshot;
  return [
    `# ${head} ${version}`,
    '',
    `${aliases.length > 0 ? `Now ${aliases.join(', ')}. ` : ''}Trained ${new Date(trainedAt).toISOString()}: ${reason}.`,
    '',
    '## Model',
    `- Penalised logistic regression on features of ${featurizer}`,
    `- Labels: ${Object.keys(classes).join(', ')}`,
    `- Penalty: ${penalty}`,
    '',
    '## Training data',
    `- ${labels.length} examples from ${topic}-${partition}, offsets ${offsets[0]} to ${offsets.at(-1)}, content hash ${hash}`,
    `- Learned from the oldest ${learned}: ${Object.entries(classes)
      .map(([label, count]) => `${count} ${label}`)
      .join(', ')}`,
    ...(unbroken < offsets.length ? [`- The newest of each label; of all labels the newest ${unbroken}, which alone are judged on`] : []),
    ...(expired > 0 ? [`- ${expired} older examples were left out, no longer in the feature log`] : []),
    `- The challenger learned from the oldest ${split.train} and was judged on the newest ${labels.length - split.gate}`,
    '',
    '## Gate',
    `${gate.promoted ? 'Promoted' : 'Refused'}. Accuracy ${figure(metrics.accuracy)}, log loss ${figure(metrics.logLoss)}, calibration error ${figure(metrics.calibrationError)}.`,
    '',
    ...gate.verdicts.map(({ check, passed, reason: why }) => `- ${passed ? 'passed' : 'failed'} ${check}: ${why}`),
    ...(search
      ? [
          '',
          '## Search',
          `${search.folds} forward-chaining folds, ${search.judged} rows judged.`,
          '',
          '| penalty | log loss | accuracy |',
          '|--:|--:|--:|',
          ...search.points.map(
            (point) =>
              `| ${point.penalty}${point.penalty === search.best ? ' (best)' : ''} | ${figure(point.logLoss)} | ${figure(point.accuracy)} |`,
          ),
        ]
      : []),
    '',
  ].join('\n');
}

function figure(value: number): string {
  return value.toFixed(3);
}
