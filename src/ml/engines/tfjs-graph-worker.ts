import { parentPort } from 'node:worker_threads';
import { reasonOf } from '../../errors.js';
import type { FromTensorWorker, ToTensorWorker } from './tensor-protocol.js';
import { TfjsGraph } from './tfjs-graph.js';
import { loadTfjs } from './tfjs.js';

/** Runs one TensorFlow graph off the event loop, in the words of tensor-worker.ts. */
const port = parentPort!;
let graph: TfjsGraph;

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
  if (!('file' in source)) throw new TypeError('TensorFlow graphs are read from files');
  const { tf } = await loadTfjs(false);
  graph = await TfjsGraph.load(tf, source.file);
  return { type: 'loaded', inputs: graph.inputs, outputs: graph.outputs };
}

async function run({ feeds, outputs }: Extract<ToTensorWorker, { type: 'run' }>): Promise<FromTensorWorker> {
  return { type: 'done', results: await graph.run(feeds, outputs) };
}

function send(answer: FromTensorWorker): void {
  port.postMessage(answer);
}
