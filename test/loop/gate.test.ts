import { describe, expect, it } from 'vitest';

import { gate } from '../../src/loop/gate.js';
import { scoreHead, type HeadScores } from '../../src/loop/head-scores.js';
import { atLeastAsGood } from '../../src/loop/paired-bootstrap.js';
import { splitByTime, splitSinceSecondLabel } from '../../src/loop/split-by-time.js';
import { Head } from '../../src/ml/head/head.js';

const scores = (right: readonly number[], calibrationError = 0): HeadScores => ({
  right: Uint8Array.from(right),
  accuracy: right.filter((one) => one === 1).length / right.length,
  logLoss: 0,
  calibrationError,
});
const cheap = { bytes: 1, latencyMs: 0.001 };
const refusals = (...args: Parameters<typeof gate>) => gate(...args).verdicts.flatMap(({ check, passed }) => (passed ? [] : [check]));

describe('gate', () => {
  it('holds a first head to the floor alone', () => {
    expect(gate(scores([1, 1, 0, 1], 0.9), { bytes: 1e9, latencyMs: 1e9 }, undefined).promoted).toBe(true);
    expect(refusals(scores([1, 0, 0, 1]), cheap, undefined)).toEqual(['floor']);
  });
  it('promotes an equal challenger and refuses one that is likelier worse', () => {
    expect(gate(scores([1, 1, 1, 0]), cheap, scores([1, 1, 1, 0])).promoted).toBe(true);
    expect(refusals(scores([1, 1, 1, 0, 0, 1]), cheap, scores([1, 1, 1, 1, 1, 1]))).toEqual(['champion']);
  });
  it('lets a challenger below the floor replace a champion that lies further below it', () => {
    const half = scores([1, 0, 1, 0]);
    expect(gate(half, cheap, scores([1, 0, 0, 0])).promoted).toBe(true);
    expect(refusals(half, cheap, half)).toEqual(['floor']);
    expect(refusals(half, cheap, scores([1, 1, 1, 0]))).toEqual(['floor', 'champion']);
  });
  it('refuses what is worse calibrated than the limit and than the champion, too large or too slow', () => {
    const rows = new Array<number>(50).fill(1);
    expect(refusals(scores(rows, 0.4), cheap, scores(rows, 0.3))).toEqual(['calibration']);
    expect(refusals(scores(rows, 0.4), cheap, scores(rows, 0.5))).toEqual([]);
    expect(refusals(scores(rows.slice(1), 0.4), cheap, scores(rows.slice(1), 0.3))).toEqual([]); // too few rows to tell
    expect(refusals(scores([1, 1]), { ...cheap, bytes: 2 ** 21 }, scores([1, 1]))).toEqual(['size']);
    expect(refusals(scores([1, 1]), { ...cheap, latencyMs: 1.5 }, scores([1, 1]))).toEqual(['latency']);
  });
});

describe('atLeastAsGood', () => {
  it('gives the share of samples in which a row that only one side has right is drawn less often', () => {
    const [one, other] = [Uint8Array.of(1, 1, 0, 1), Uint8Array.of(1, 1, 1, 1)];
    expect(Math.abs(atLeastAsGood(one, other, 20_000, 1) - 0.75 ** 4)).toBeLessThan(0.01);
    expect(atLeastAsGood(other, one, 100, 1)).toBe(1);
    expect(atLeastAsGood(one, other, 1000, 7)).toBe(atLeastAsGood(one, other, 1000, 7));
  });
});

describe('splitByTime', () => {
  const times = Float64Array.from({ length: 12 }, (_, row) => row * 400);
  it('keeps the newest quarter for a first head, and the newer half of what the champion has not seen', () => {
    expect(splitByTime(times, undefined, 1000)).toEqual({ train: 7, gate: 9 });
    expect(splitByTime(times, 4, 1000)).toEqual({ train: 8, gate: 10 });
    expect(splitByTime(times, 4, 0)).toEqual({ train: 10, gate: 10 });
  });

  it('keeps no row for the gate that came before others made room, and no more than half of the rest', () => {
    const long = Float64Array.from({ length: 100 }, (_, row) => row * 1000);
    expect(splitByTime(long, 60, 2000, 100)).toEqual({ train: 68, gate: 70 });
    expect(splitByTime(long, 60, 2000, 40)).toEqual({ train: 78, gate: 80 });
    expect(splitByTime(long, 10, 2000, 40)).toEqual({ train: 93, gate: 95 });
    expect(splitByTime(long, 60, 2000, 1)).toEqual({ train: 97, gate: 99 });
  });
});

describe('splitSinceSecondLabel', () => {
  const labels = (first: number, second: number) => [...Array<string>(first).fill('clear'), ...Array<string>(second).fill('occupied')];
  it('halves what came since the second label, once there are five rows to judge on', () => {
    expect(splitSinceSecondLabel(labels(20, 9))).toBeUndefined();
    expect(splitSinceSecondLabel(labels(20, 10))).toEqual({ train: 25, gate: 25 });
    expect(splitSinceSecondLabel(labels(20, 0))).toBeUndefined();
  });
});

describe('scoreHead', () => {
  it('counts a label that the head does not know as wrong', () => {
    const head = new Head({ name: 'x', labels: ['a', 'b'], width: 1, coefficients: Float64Array.of(100), intercepts: Float64Array.of(0) });
    const { right, accuracy, calibrationError } = scoreHead(head, Float32Array.of(-1, 1, 1, -1), ['a', 'b', 'c', 'a']);
    expect([...right]).toEqual([1, 1, 0, 1]);
    expect(accuracy).toBe(0.75);
    expect(calibrationError).toBeCloseTo(0.25);
  });
});
