import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { error } from '../../errors.js';

const devices = ['cpu', 'webgpu', 'cuda'] as const;
export type Device = (typeof devices)[number];

export interface DeviceChoice {
  readonly device: Device;
  /** Why this one, for `describe` and `doctor`. */
  readonly reason: string;
}

/** The device that `requested` names (default: HEADWATER_DEVICE, else `auto`). Throws HW_DEVICE_UNKNOWN. */
export function chooseDevice(requested = process.env['HEADWATER_DEVICE'] ?? 'auto'): DeviceChoice {
  const named = devices.find((device) => device === requested);
  if (named !== undefined) return { device: named, reason: `asked for (${requested})` };
  if (requested !== 'auto') throw error('HW_DEVICE_UNKNOWN', { device: requested });
  if (!hasNvidiaGpu()) return { device: 'cpu', reason: 'auto: no NVIDIA GPU; WebGPU only where it is asked for' };
  if (!hasCudaProvider()) return { device: 'cpu', reason: "auto: there is a GPU, but ONNX Runtime's CUDA provider is not installed" };
  return { device: 'cuda', reason: 'auto: a GPU and the CUDA provider are there' };
}

function hasNvidiaGpu(): boolean {
  return existsSync('/dev/nvidia0') || process.env['CUDA_PATH'] !== undefined;
}

function hasCudaProvider(): boolean {
  const home = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const library = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return existsSync(path.join(home, 'bin', 'napi-v6', process.platform, process.arch, library));
}
