import ort from 'onnxruntime-node';
import { error, reasonOf } from '../../errors.js';

type ProgramData = Float32Array | Float64Array | BigInt64Array;

/** A tensor that goes into a program or comes out of it; data row-major. */
export interface ProgramTensor {
  readonly data: ProgramData;
  readonly shape: readonly number[];
}

/** A graph of matrix products and what lies between them, run by ONNX Runtime on the CPU: the fastest BLAS that installs everywhere. */
export class TensorProgram {
  private constructor(
    private readonly name: string,
    private readonly session: ort.InferenceSession,
  ) {}

  /** `model` is an ONNX file's bytes. Rejects with HW_MODEL_LOAD. */
  static async open(name: string, model: Uint8Array, threads: number): Promise<TensorProgram> {
    try {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        // Threads that spin while they wait take the cores from one another wherever anything else runs: ten times slower, measured.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      });
      return new TensorProgram(name, session);
    } catch (thrown) {
      throw error('HW_MODEL_LOAD', { model: name, reason: reasonOf(thrown) }, thrown);
    }
  }

  /** Blocks the thread for the whole run. Rejects with HW_MODEL_RUN. */
  async run(inputs: Readonly<Record<string, ProgramTensor>>): Promise<Record<string, ProgramTensor>> {
    try {
      const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, ortTensor(tensor)]));
      const answers = await this.session.run(feeds);
      return Object.fromEntries(
        Object.entries(answers).map(([name, { data, dims }]) => [name, { data: data as ProgramData, shape: dims }]),
      );
    } catch (thrown) {
      throw error('HW_MODEL_RUN', { model: this.name, reason: reasonOf(thrown) }, thrown);
    }
  }

  close(): Promise<void> {
    return this.session.release();
  }
}

function ortTensor({ data, shape }: ProgramTensor): ort.Tensor {
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, shape);
  if (data instanceof Float64Array) return new ort.Tensor('float64', data, shape);
  return new ort.Tensor('int64', data, shape);
}
