import type { FeatureEvent, LabelEvent, PredictionEvent } from 'headwater';
import type { TestInput } from 'headwater/testing';

/** One region of a camera whose even frames show it occupied, and whose features say so. */
export const region = 'gate/left';
export const featurizer = 'net@1';
const about = (capturedAt: number) => ({ camera: 'gate', region: 'left', capturedAt });

export const truth = (at: number): string => (at % 2 === 0 ? 'occupied' : 'clear');
export const otherThan = (text: string): string => (text === 'clear' ? 'occupied' : 'clear');
export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

export function feature(at: number): TestInput<FeatureEvent> {
  const sign = at % 2 === 0 ? 1 : -1;
  const features = Float32Array.of(sign + Math.sin(at) / 4, Math.cos(at), sign * 2);
  const frame = { topic: 'camera-frames', partition: 0, offset: at };
  return { key: region, timestamp: at, value: { ...about(at), featurizer, features, classes: [], frame } };
}

export function label(at: number, text = truth(at)): TestInput<LabelEvent> {
  const value = { ...about(at), label: text, source: 'test', predictionId: null, labelledAt: at + 1000 };
  return { key: region, timestamp: at + 1000, value };
}

export function prediction(at: number, version: string, text = truth(at)): TestInput<PredictionEvent> {
  const value = {
    ...about(at),
    id: `camera-frames-0-${at}/left`,
    predictedAt: at,
    head: { name: 'occupied', version },
    featurizer,
    label: text,
    labels: ['clear', 'occupied'],
    probabilities: text === 'clear' ? [1, 0] : [0, 1],
    frame: { topic: 'camera-frames', partition: 0, offset: at },
  };
  return { key: region, timestamp: at, value };
}
