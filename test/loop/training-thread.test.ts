import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, it } from 'vitest';

import { isError, systemClock } from 'headwater';

import { trainHead, type TrainingTask } from '../../src/loop/train-head.js';
import { trainHeadOffThread } from '../../src/loop/training-thread.js';

const deadline = { deadlineMs: 60_000, clock: systemClock };
const task = (spoil = 0): TrainingTask => ({
  head: 'x',
  featurizer: 'net@1',
  rows: {
    features: Float32Array.from({ length: 80 }, (_, at) => (at % 2 === 0 ? ((at / 2) % 2) + Math.sin(at) / 4 : at + spoil)),
    width: 2,
    labels: Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? 'a' : 'b')),
    times: Float64Array.from({ length: 40 }, (_, row) => row * 400),
  },
  options: { penalties: [0.1, 10], penalty: 1, folds: 2, gapMs: 1000, threads: 1, gate: {} },
});

it('trains the same head beside the event loop as on it', async () => {
  const beside = await trainHeadOffThread(task(), deadline);
  expect(beside).toEqual(await trainHead(task()));
  expect(beside).toMatchObject({ learned: 40, split: { train: 28, gate: 30 }, gate: { promoted: true }, search: { folds: 2 } });
});
it('rejects with the reason where the fit fails', async () => {
  await expect(trainHeadOffThread(task(NaN), deadline)).rejects.toThrow(/NaN|finite/);
});
it('gives up a training that takes too long, and trains the next one in another thread', async () => {
  const late = trainHeadOffThread(task(), { ...deadline, deadlineMs: 0 });
  await expect(late).rejects.toSatisfy((reason) => isError(reason, 'HW_TRAINING_LATE'));
  expect(await trainHeadOffThread(task(), deadline)).toMatchObject({ learned: 40 });
});
it.runIf(process.platform === 'linux')('gives way to the other threads of the process', async () => {
  await trainHeadOffThread(task(), deadline);
  const threads = readdirSync('/proc/self/task').map((thread) => readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]!);
  const nice = threads.map((fields) => Number(fields.split(' ')[16]));
  expect(nice.filter((value) => value === 10).length).toBeGreaterThanOrEqual(1);
  expect(nice.filter((value) => value === getPriority()).length).toBeGreaterThan(1);
});
