import { parentPort } from 'node:worker_threads';
import { reasonOf } from '../../errors.js';
import type { FromTensorWorker, ToTensorWorker } from './tensor-protocol.js';
import { TfjsModel } from './tfjs-model.js';
import { loadTfjs } from './tfjs.js';

/** Runs one model in TF.js off the event loop, in the words of tensor-worker.ts. */
const port = parentPort!;
let model: TfjsModel;

let turn = Promise.resolve();
port.on('message', (message: ToTensorWorker) => {
  turn = turn.then(async () => {
    try {
      send(await (message.type === 'load' ? load(message) : run(message)));
    } catch (thrown) {
      send({ type: 'failed', reason: reasonOf(thrown) });
    }
  });
});

async function load({ source }: Extract<ToTensorWorker, { type: 'load' }>): Promise<FromTensorWorker> {
  const { tf } = await loadTfjs(false);
  model = await TfjsModel.load(tf, source);
  return { type: 'loaded', inputs: model.inputs, outputs: model.outputs };
}

async function run({ feeds, outputs }: Extract<ToTensorWorker, { type: 'run' }>): Promise<FromTensorWorker> {
  return { type: 'done', results: await model.run(feeds, outputs) };
}

function send(answer: FromTensorWorker): void {
  port.postMessage(answer);
}
