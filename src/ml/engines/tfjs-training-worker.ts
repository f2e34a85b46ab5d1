import { parentPort } from 'node:worker_threads';
import type * as tfjs from '@tensorflow/tfjs';
import { reasonOf } from '../../errors.js';
import { makeLayersModel, numbersOf } from './tfjs-layers.js';
import { loadTfjs, type Tfjs } from './tfjs.js';
import type { Trained, Training, TrainingAnswer } from './tfjs-training.js';
import { uniformAt } from '../random.js';

const port = parentPort!;
port.once('message', (training: Training) => {
  void run(training).then(
    (trained) => send({ type: 'trained', trained }),
    (thrown: unknown) => send({ type: 'failed', reason: reasonOf(thrown) }),
  );
});

async function run(training: Training): Promise<Trained> {
  const { tf, description } = await loadTfjs(training.allGradients);
  seedRandom(training.seed);
  const before = tf.memory().numTensors;
  const model = await makeLayersModel(tf, training);
  const history = await fit(tf, model, training);
  const weights = await numbersOf(model, Object.keys(training.weights));
  model.dispose();
  return { weights, history, engine: description, leakedTensors: tf.memory().numTensors - before };
}

/** The enumeration of TF.js that this belongs to is not exported. */
const silent: object = { verbose: 0 };

async function fit(tf: Tfjs, model: tfjs.LayersModel, training: Training): Promise<Trained['history']> {
  const optimizer = optimizerOf(tf, training);
  const [x, y] = [training.inputs, training.labels].map(({ data, shape }) => tf.tensor(data, [...shape])) as [tfjs.Tensor, tfjs.Tensor];
  model.compile({ optimizer, loss: training.loss });
  const { epochs, batchSize, validationSplit, shuffle } = training;
  const { history } = await model.fit(x, y, { epochs, batchSize, validationSplit, shuffle, ...silent });
  tf.dispose([x, y]);
  optimizer.dispose();
  return history as Record<string, number[]>;
}

/** Learning rates are Keras' defaults. */
function optimizerOf(tf: Tfjs, { optimizer, learningRate }: Training): tfjs.Optimizer {
  switch (optimizer) {
    case 'sgd':
      return tf.train.sgd(learningRate ?? 0.01);
    case 'rmsprop':
      return tf.train.rmsprop(learningRate ?? 0.001);
    case 'adagrad':
      return tf.train.adagrad(learningRate ?? 0.001);
    case 'adadelta':
      return tf.train.adadelta(learningRate ?? 0.001);
    case 'adamax':
      return tf.train.adamax(learningRate ?? 0.001);
    default:
      return tf.train.adam(learningRate ?? 0.001);
  }
}

/** TF.js draws its shuffles and its dropout from `Math.random`, which only this thread's training uses. */
function seedRandom(seed: number): void {
  let drawn = 0;
  Math.random = () => uniformAt(seed, drawn++);
}

function send(answer: TrainingAnswer): void {
  port.postMessage(answer);
}
