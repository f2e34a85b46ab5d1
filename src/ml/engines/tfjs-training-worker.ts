import { parentPort } from 'node:worker_threads';
import type * as tfjs from '@tensorflow/tfjs';
import { reasonOf } from '../../errors.js';
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
  const model = await tf.models.modelFromJSON({ modelTopology: training.topology } as never);
  setWeights(tf, model, training.weights);
  const history = await fit(tf, model, training);
  const weights = Object.fromEntries(Object.keys(training.weights).map((path) => [path, layerAt(model, path).getWeights().map(numbersOf)]));
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

function setWeights(tf: Tfjs, model: tfjs.LayersModel, weights: Training['weights']): void {
  for (const [path, numbers] of Object.entries(weights)) {
    const layer = layerAt(model, path);
    const tensors = layer.weights.map(({ shape }, n) => tf.tensor(numbers[n]!, shape as number[]));
    layer.setWeights(tensors);
    tf.dispose(tensors);
  }
}

interface Layers {
  getLayer(name: string): tfjs.layers.Layer;
}

/** `base/conv1`: the layer `conv1` of the model `base` in the model. */
function layerAt(model: Layers, path: string): tfjs.layers.Layer {
  const [name, ...inside] = path.split('/');
  const layer = model.getLayer(name!);
  return inside.length === 0 ? layer : layerAt(layer as unknown as Layers, inside.join('/'));
}

function numbersOf(tensor: tfjs.Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}

/** TF.js draws its shuffles and its dropout from `Math.random`, which only this thread's training uses. */
function seedRandom(seed: number): void {
  let drawn = 0;
  Math.random = () => uniformAt(seed, drawn++);
}

function send(answer: TrainingAnswer): void {
  port.postMessage(answer);
}
