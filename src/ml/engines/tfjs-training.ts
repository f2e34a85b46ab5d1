import { error } from '../../errors.js';
import { startWorker } from '../../start-worker.js';
import type { LayersSource } from './tensor-protocol.js';

export interface Examples {
  readonly data: Float32Array;
  /** Rows first. */
  readonly shape: readonly number[];
}

/** All that a training run needs: plain data, which travels to its thread. */
export interface Training extends LayersSource {
  readonly inputs: Examples;
  readonly labels: Examples;
  readonly optimizer: string;
  readonly learningRate?: number;
  readonly loss: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly validationSplit: number;
  readonly shuffle: boolean;
  readonly seed: number;
  /** The model has convolutions or embeddings, whose gradients not every backend has. */
  readonly allGradients: boolean;
}

export interface Trained {
  readonly weights: LayersSource['weights'];
  /** The mean loss of each epoch; `val_loss` too with a validation split. */
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Package and backend that trained, and what would be faster. */
  readonly engine: string;
  /** Tensors that were not given back: 0. */
  readonly leakedTensors: number;
}

export type TrainingAnswer = { readonly type: 'trained'; readonly trained: Trained } | { readonly type: 'failed'; readonly reason: string };

/** Trains in a thread of its own, which ends with the training: the event loop stays free. Rejects with HW_TRAINING. */
export async function train(training: Training): Promise<Trained> {
  const worker = startWorker(import.meta.url, 'tfjs-training-worker');
  try {
    const answer = await new Promise<TrainingAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => resolve({ type: 'failed', reason: `its thread ended with code ${code}` }));
      worker.postMessage(training);
    });
    if (answer.type === 'trained') return answer.trained;
    throw error('HW_TRAINING', { reason: answer.reason });
  } finally {
    await worker.terminate();
  }
}
