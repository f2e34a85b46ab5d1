import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { NetworkName, NetworkOutput } from './architectures/architecture.js';
import { cacheDirectory } from './cache-directory.js';
import { networkToOnnx, weightsFile, type WeightsOptions } from './zoo.js';

/** Grows when the graphs that are written change: what an older release left in the cache is then not used. */
const revision = 1;

export interface NetworkFile {
  readonly file: string;
  /** First 12 hexadecimal digits of the SHA-256 of the weights file. */
  readonly hash: string;
}

/** The network as an ONNX file in the cache directory, written there at the first use of these weights. Throws what `networkToOnnx` throws. */
export async function networkFile(name: NetworkName, output: NetworkOutput, options: WeightsOptions = {}): Promise<NetworkFile> {
  const weights = await weightsFile(name, output, options);
  const hash = await sha256(weights);
  const folder = path.join(options.cacheDirectory ?? cacheDirectory(), 'onnx');
  const file = path.join(folder, `${name}-${output}-${hash}-${revision}.onnx`);
  if (!existsSync(file)) {
    await mkdir(folder, { recursive: true });
    const part = `${file}.${process.pid}.part`;
    await writeFile(part, await networkToOnnx(name, output, { ...options, weights }));
    await rename(part, file);
  }
  return { file, hash };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex').slice(0, 12);
}
