import type { Worker } from 'node:worker_threads';
import { error, reasonOf, type HeadwaterError } from '../../errors.js';
import { chooseDevice } from './device.js';
import { startWorker } from '../../start-worker.js';
import type { FromTensorWorker, ModelSource, NamedTensors, TensorInfo, ToTensorWorker } from './tensor-protocol.js';

interface Call {
  readonly settled: Promise<void>;
  readonly resolve: (answer: FromTensorWorker) => void;
  readonly reject: (reason: HeadwaterError) => void;
}

/** What runs named tensors: an ONNX model in a thread of its own, or a TF.js model. */
export interface TensorModel {
  /** For messages. */
  readonly name: string;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** The named outputs for named inputs. Rejects with HW_MODEL_RUN. */
  run(feeds: NamedTensors, outputs: readonly string[]): Promise<NamedTensors>;
  close(): Promise<void>;
}

/** Loads an ONNX model into a worker thread: tensors move, and the event loop is never blocked. Rejects with HW_MODEL_LOAD. */
export function openOnnxModel(name: string, source: ModelSource, device: string = chooseDevice().device): Promise<TensorModel> {
  return open(name, 'tensor-worker', source, device);
}

/**
 * Loads a TF.js graph model (`model.json`), a SavedModel's directory or layers into a worker thread, with the fastest TF.js there is. Rejects with
 * HW_MODEL_LOAD.
 */
export function openTfjsModel(name: string, source: ModelSource): Promise<TensorModel> {
  return open(name, 'tfjs-model-worker', source, 'cpu');
}

async function open(name: string, worker: string, source: ModelSource, device: string): Promise<TensorModel> {
  const thread = new TensorThread(name, worker);
  const answer = await thread.call({ type: 'load', source, device });
  if (answer.type === 'loaded') return new ThreadModel(name, answer.inputs, answer.outputs, thread);
  await thread.close();
  throw error('HW_MODEL_LOAD', { model: name, reason: answer.type === 'failed' ? answer.reason : answer.type });
}

class ThreadModel implements TensorModel {
  constructor(
    readonly name: string,
    readonly inputs: readonly TensorInfo[],
    readonly outputs: readonly TensorInfo[],
    private readonly thread: TensorThread,
  ) {}

  async run(feeds: NamedTensors, outputs: readonly string[]): Promise<NamedTensors> {
    const answer = await this.thread.call({ type: 'run', feeds, outputs });
    if (answer.type === 'done') return answer.results;
    throw error('HW_MODEL_RUN', { model: this.name, reason: answer.type === 'failed' ? answer.reason : answer.type });
  }

  close(): Promise<void> {
    return this.thread.close();
  }
}

/** The worker from this side: answers come in the order of the calls. It keeps the process alive only while somebody waits. */
class TensorThread {
  readonly #calls: Call[] = [];
  readonly #worker: Worker;
  #ended: HeadwaterError | undefined;

  constructor(
    private readonly name: string,
    worker: string,
  ) {
    this.#worker = startWorker(import.meta.url, worker);
    this.#worker.unref();
    this.#worker.on('message', (message: FromTensorWorker) => {
      this.#calls.shift()?.resolve(message);
      if (this.#calls.length === 0) this.#worker.unref();
    });
    this.#worker.on('error', (thrown) => this.#end(error('HW_MODEL_RUN', { model: name, reason: reasonOf(thrown) }, thrown)));
    this.#worker.on('exit', () => this.#end(error('HW_MODEL_CLOSED', { model: name })));
  }

  call(message: ToTensorWorker): Promise<FromTensorWorker> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = withResolvers<FromTensorWorker>();
    const settled = promise.then(
      () => undefined,
      () => undefined,
    );
    if (this.#calls.push({ settled, resolve, reject }) === 1) this.#worker.ref();
    this.#worker.postMessage(message);
    return promise;
  }

  /** Takes no more calls, answers those that it has, and ends. */
  async close(): Promise<void> {
    this.#ended ??= error('HW_MODEL_CLOSED', { model: this.name });
    await this.#calls.at(-1)?.settled;
    await this.#worker.terminate();
  }

  #end(reason: HeadwaterError): void {
    this.#ended ??= reason;
    for (const { reject } of this.#calls.splice(0)) reject(this.#ended);
  }
}

/** `Promise.withResolvers`, which Node 20 has not. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}
