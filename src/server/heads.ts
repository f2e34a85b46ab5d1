import type { Alias, ModelVersion } from '../loop/model-event.js';
import type { Surroundings } from './surroundings.js';

/** Versions that are told of, the newest. */
const shownVersions = 200;

/** Heads with their running accuracy, who has been champion since when and why, which drifts were found, and the newest versions with the gate's verdicts. */
export function heads({ models, watch }: Surroundings) {
  const versions = models.versions().sort((a, b) => b.trainedAt - a.trainedAt);
  const aliases = models.aliases();
  const names = new Set([...models.champions.keys(), ...watch.progress.keys(), ...versions.map(({ head }) => head)]);
  const aliasesOf = ({ head, version }: ModelVersion): Alias[] =>
    aliases.filter((event) => event.head === head && event.version === version).map(({ alias }) => alias);
  return {
    heads: [...names]
      .sort()
      .map((head) => ({
        head,
        champion: models.champions.get(head)?.version ?? null,
        swaps: models.swaps.get(head) ?? 0,
        accuracy: (watch.progress.get(head) ?? []).map(({ at, recent, judged, right, version: { version } }) => ({
          at,
          recent,
          judged,
          right,
          version,
        })),
      })),
    promotions: models.promotions.map(({ head, version, replaces, reason, since }) => ({ head, version, replaces, reason, since })),
    drifts: models.drifts.map(({ head, reason, at }) => ({ head, reason, at })),
    versions: versions.slice(0, shownVersions).map((made) => summary(made, aliasesOf(made))),
  };
}

/** A version without its file and its snapshot's rows. */
function summary(made: ModelVersion, aliases: readonly Alias[]) {
  const { head, version, featurizer, trainedAt, classes, reason, penalty, learned, metrics, gate, search } = made;
  const { topic, partition, offsets, hash } = made.snapshot;
  const snapshot = { topic, partition, examples: offsets.length, hash };
  return { head, version, aliases, featurizer, trainedAt, classes, reason, penalty, learned, metrics, gate, search, snapshot };
}
