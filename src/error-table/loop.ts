import type { Errors } from './errors-of.js';

/** What cameras, labels, trainings and the registry of heads refuse. */
export const loopErrors = {
  HW_CHAMPION_CHANGED: ['the champion of {head} is {got}, not {expected}', 'Look at headwater models list and decide anew.'],
  HW_NO_PREVIOUS: ['{head} has no previous version', 'Roll back once a second version has been promoted.'],
  HW_VERSION_UNKNOWN: ['{found} versions begin with "{version}"', 'Give one of headwater models list.'],
  HW_VERSION_PRUNED: [
    '{version} of {head} was pruned: the registry keeps the versions that an alias stands for and the newest ones',
    'Give one of headwater models list; the option keep of retrain says how many there are.',
  ],
  HW_HEAD_UNKNOWN: ['"{head}" is no head of a region', 'Give an id as headwater models list shows it, name@camera/region.'],
  HW_HEAD_WITHOUT_VERSION: ['"{head}" has no champion', 'Give a head of headwater models list, or one of its versions with --version.'],
  HW_PREDICTION_UNKNOWN: ['there is no prediction {id}', 'Give the id of a record of the topic predictions that is still kept.'],
  HW_FEATURES_GONE: [
    'the feature log has no features of {id}',
    'Give a prediction whose features are still kept (headwater topics tells how long).',
  ],
  HW_REPLAY_DIFFERS: ['training {version} again gave {got}', 'Run it on the same kind of machine; the same rows then give the same bytes.'],
  HW_CRON: [
    '"{pattern}" is no cron pattern: {reason}',
    'Write minute, hour, day, month and weekday, such as "0 3 * * *" for three every night (UTC).',
  ],
  HW_TRAINING_LATE: [
    'a training of {head} did not end within {ms} ms',
    'Nothing was registered, and the next trigger trains again; raise deadlineMs, or search fewer penalties or a smaller window.',
  ],
  HW_ROLLOUT: [
    'a roll-out has the stages {stages} of {labels} labels each',
    'Give rising percentages from 0 (shadow) to 100, and a whole number of labels from 1.',
  ],
  HW_TOO_FEW_EXAMPLES: ['{head} has no labelled examples', 'Give labels to its predictions first.'],
  HW_NOTHING_TO_LEARN: ['{head} was not trained: {problem}', 'Give labels of other frames, and ask again.'],
} as const satisfies Errors;
