import type { Fit } from '../../image/image-plan.js';
import type { Device } from './device.js';

/** A model that takes pictures: plain data, which travels to every lane. */
export interface ModelSpec {
  /** Name and version: `EfficientNetLite0@1a2b3c4d5e6f`. */
  readonly name: string;
  /** Path of the model file. */
  readonly file: string;
  /** The tensor that takes the pixels: uint8, rows x height x width x 3, RGB. */
  readonly input: { readonly name: string; readonly width: number; readonly height: number };
  /** The tensors asked for, in this order. */
  readonly outputs: readonly string[];
  /** How pictures come to lie on the input, whatever their own plan says; by default the plan's own fit, else `fill`. */
  readonly fit?: Fit;
}

/** What runs models of one file format. */
export interface Engine {
  /** Name and version. */
  readonly name: string;
  /** Reads the file and makes it ready on the device. Rejects with HW_MODEL_LOAD. */
  load(spec: ModelSpec, device: Device): Promise<LoadedModel>;
}

/** A model on a device. Takes one call at a time. */
export interface LoadedModel {
  /** Runs once on an empty batch, so that the first real one does not pay for lazy set-up. */
  warmUp(): Promise<void>;
  /** `pixels` holds rows x height x width x 3 bytes; answers with one matrix an output, rows x d, row-major. Rejects with HW_MODEL_RUN. */
  run(pixels: Uint8Array, rows: number): Promise<Float32Array[]>;
  dispose(): Promise<void>;
  /** Engine and device in words. */
  describe(): string;
}
