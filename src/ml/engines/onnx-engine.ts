import ort from 'onnxruntime-node';

import { error, reasonOf } from '../../errors.js';
import { concatFloats } from './concat-floats.js';
import type { Device } from './device.js';
import type { Engine, LoadedModel, ModelSpec } from './engine.js';

/** ONNX files by ONNX Runtime, one thread a session: lanes are the parallelism, and a pool of threads would spin while it waits. */
export const onnxEngine: Engine = {
  name: `onnxruntime ${ort.env.versions.node ?? ort.env.versions.common}`,

  async load(spec, device) {
    try {
      return new OnnxModel(spec, device, await ort.InferenceSession.create(spec.file, sessionOptions(device)));
    } catch (thrown) {
      throw error('HW_MODEL_LOAD', { model: spec.name, reason: reasonOf(thrown) }, thrown);
    }
  },
};

function sessionOptions(device: Device): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}

/** Rows of one run on a CPU core: what two need stays in its caches, eight cost 4 % more a row, and so does one. */
const rowsOfCpuRun = 2;

class OnnxModel implements LoadedModel {
  readonly #spec: ModelSpec;
  readonly #device: Device;
  readonly #session: ort.InferenceSession;

  constructor(spec: ModelSpec, device: Device, session: ort.InferenceSession) {
    this.#spec = spec;
    this.#device = device;
    this.#session = session;
  }

  async warmUp(): Promise<void> {
    const { width, height } = this.#spec.input;
    await this.run(new Uint8Array(width * height * 3), 1);
  }

  async run(pixels: Uint8Array, rows: number): Promise<Float32Array[]> {
    const { input, outputs, name } = this.#spec;
    const slot = input.width * input.height * 3;
    const together = this.#device === 'cpu' ? rowsOfCpuRun : rows;
    const runs: Float32Array[][] = [];
    try {
      for (let row = 0; row < rows; row += together) {
        const count = Math.min(together, rows - row);
        const bytes = pixels.subarray(row * slot, (row + count) * slot);
        const batch = new ort.Tensor('uint8', bytes, [count, input.height, input.width, 3]);
        const answers = await this.#session.run({ [input.name]: batch }, outputs);
        runs.push(outputs.map((output) => toFloats(answers[output]!)));
      }
    } catch (thrown) {
      throw error('HW_MODEL_RUN', { model: name, reason: reasonOf(thrown) }, thrown);
    }
    return outputs.map((_, output) => concatFloats(runs.map((columns) => columns[output]!)));
  }

  dispose(): Promise<void> {
    return this.#session.release();
  }

  describe(): string {
    return `${onnxEngine.name} on ${this.#device}`;
  }
}

function toFloats({ data }: ort.Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof Int32Array) return Float32Array.from(data);
  throw new TypeError('only float32 and int32 outputs are read');
}
