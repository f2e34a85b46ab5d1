import type { PredictionEvent } from '../events/prediction-event.js';

/** Colours that are told apart without seeing red and green (Okabe and Ito, 2008), as the dashboard's style sheet has them. */
const tones = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442'] as const;
const none = '#8a8f98';

/** Which of the tones stands for a prediction: the same for a label of a head wherever it is shown; none for the featurizer's own classes. */
export function toneOf({ head, label, labels }: Pick<PredictionEvent, 'head' | 'label' | 'labels'>): number | null {
  return head.name === 'classifier' ? null : Math.max(0, [...labels].sort().indexOf(label)) % tones.length;
}

export function colourOf(tone: number | null): string {
  return tone === null ? none : tones[tone]!;
}
