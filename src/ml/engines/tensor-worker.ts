import { parentPort } from 'node:worker_threads';
import ort from 'onnxruntime-node';
import { reasonOf } from '../../errors.js';
import type { FromTensorWorker, ModelTensor, NamedTensors, TensorInfo, TensorType, ToTensorWorker } from './tensor-protocol.js';

/** Runs one ONNX model off the event loop: first `load`, then any number of `run`, one answer each, in order. */
const port = parentPort!;
let session: ort.InferenceSession;

let turn = Promise.resolve();
port.on('message', (message: ToTensorWorker) => {
  turn = turn.then(async () => {
    try {
      await (message.type === 'load' ? load(message) : run(message));
    } catch (thrown) {
      send({ type: 'failed', reason: reasonOf(thrown) });
    }
  });
});

async function load({ source, device }: Extract<ToTensorWorker, { type: 'load' }>): Promise<void> {
  const options = { executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'] };
  if ('topology' in source) throw new TypeError('layers are no ONNX model');
  session = await ('file' in source
    ? ort.InferenceSession.create(source.file, options)
    : ort.InferenceSession.create(source.bytes, options));
  send({ type: 'loaded', inputs: session.inputMetadata.map(infoOf), outputs: session.outputMetadata.map(infoOf) });
}

async function run({ feeds, outputs }: Extract<ToTensorWorker, { type: 'run' }>): Promise<void> {
  const tensors = Object.entries(feeds).map(([name, { type, data, shape }]) => [name, new ort.Tensor(type, data, shape)] as const);
  const answers = await session.run(Object.fromEntries(tensors), [...outputs]);
  const results: NamedTensors = Object.fromEntries(outputs.map((name) => [name, resultOf(answers[name]!)]));
  const buffers = Object.values(results).map(({ data }) => data.buffer as ArrayBuffer);
  send({ type: 'done', results }, [...new Set(buffers)]);
}

function infoOf(metadata: ort.InferenceSession.ValueMetadata): TensorInfo {
  if (!metadata.isTensor) return { name: metadata.name, type: 'no tensor', shape: [] };
  const shape = metadata.shape.map((size) => (typeof size === 'number' && size >= 0 ? size : undefined));
  return { name: metadata.name, type: metadata.type, shape };
}

function resultOf({ type, data, dims }: ort.Tensor): ModelTensor {
  if (Array.isArray(data)) throw new TypeError('outputs of strings are not read');
  return { type: type as TensorType, data: data as ModelTensor['data'], shape: dims };
}

function send(message: FromTensorWorker, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
