import { decodeSource } from '../../image/decode.js';
import { draw } from '../../image/draw.js';
import { RasterBuffer } from '../../image/raster.js';
import { concatFloats } from './concat-floats.js';
import type { LoadedModel, ModelSpec } from './engine.js';
import { isFailure, toFailure, type Failure, type JobAnswer, type RowGeometry, type ToLane } from './lane-protocol.js';

type Job = Extract<ToLane, { type: 'run' }>;

/** A model inside a lane, with the batch that its pictures are drawn into. */
export class LaneModel {
  readonly #spec: ModelSpec;
  readonly #model: LoadedModel;
  readonly #buffer: RasterBuffer;
  readonly #slot: number;
  #batch: Uint8Array;

  constructor(spec: ModelSpec, model: LoadedModel, buffer: RasterBuffer) {
    this.#spec = spec;
    this.#model = model;
    this.#buffer = buffer;
    this.#slot = spec.input.width * spec.input.height * 3;
    this.#batch = new Uint8Array(this.#slot);
  }

  async answer(job: Job): Promise<JobAnswer> {
    const started = performance.now();
    if (this.#batch.length < job.rows.length * this.#slot) this.#batch = new Uint8Array(job.rows.length * this.#slot);
    const rows = await this.#drawAll(job);
    const drawn = performance.now();
    const columns = await this.#infer(rows);
    return { job: job.job, rows, columns, decodeMs: drawn - started, computeMs: performance.now() - drawn };
  }

  dispose(): Promise<void> {
    return this.#model.dispose();
  }

  /** Draws each row that can be drawn into the next free slot; rows of one source follow each other and share its decoding. */
  async #drawAll({ sources, rows }: Job): Promise<(Failure | RowGeometry)[]> {
    const answers: (Failure | RowGeometry)[] = [];
    let slots = 0;
    let decoded = -1;
    let picture: Awaited<ReturnType<typeof decodeSource>> | undefined;
    let broken: Failure | undefined;
    for (const row of rows) {
      if (row.source !== decoded) {
        decoded = row.source;
        broken = undefined;
        try {
          const decoding = decodeSource(sources[decoded]!, this.#buffer);
          picture = decoding instanceof Promise ? await decoding : decoding;
        } catch (thrown) {
          broken = toFailure(thrown, this.#spec.name);
        }
      }
      if (broken !== undefined) {
        answers.push(broken);
        continue;
      }
      try {
        answers.push(this.#draw(picture!, row.plan, slots));
        slots++;
      } catch (thrown) {
        answers.push(toFailure(thrown, this.#spec.name));
      }
    }
    return answers;
  }

  #draw(picture: Awaited<ReturnType<typeof decodeSource>>, plan: Job['rows'][number]['plan'], slot: number): RowGeometry {
    const { input, fit } = this.#spec;
    const { width, height } = input;
    const resize = { width, height, fit: fit ?? plan.resize?.fit ?? 'fill' };
    const placement = draw(picture, { ...plan, resize }, { bytes: this.#batch, offset: slot * this.#slot, width, height });
    return { ...placement, source: { width: picture.width, height: picture.height } };
  }

  /** One run for all slots; where that fails, one run a row, so that the row at fault fails alone. Failed rows are marked in `rows`. */
  async #infer(rows: (Failure | RowGeometry)[]): Promise<Float32Array[]> {
    const slots = rows.filter((row) => !isFailure(row)).length;
    if (slots === 0) return [];
    try {
      return await this.#model.run(this.#batch, slots);
    } catch (thrown) {
      if (slots === 1) {
        rows.forEach((row, at) => isFailure(row) || (rows[at] = toFailure(thrown, this.#spec.name)));
        return [];
      }
    }
    const answered: Float32Array[][] = [];
    let slot = 0;
    for (const [at, row] of rows.entries()) {
      if (isFailure(row)) continue;
      try {
        answered.push(await this.#model.run(this.#batch.subarray(slot * this.#slot), 1));
      } catch (thrown) {
        rows[at] = toFailure(thrown, this.#spec.name);
      }
      slot++;
    }
    return this.#spec.outputs.map((_, output) => concatFloats(answered.map((columns) => columns[output]!)));
  }
}
