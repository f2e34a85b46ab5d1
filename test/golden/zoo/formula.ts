/** The formulas of make_networks.py: the same numbers, bit for bit. */

/** A number in [0, 1), a multiple of 2^-24: a 32-bit mix of the index. */
function uniform(seed: number, index: number): number {
  let x = (index + Math.imul(seed, 0x9e3779b9)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 8) / 2 ** 24;
}

export interface Constants {
  readonly gamma: number;
  readonly gain: number;
}

export function weightOf(name: string, shape: readonly number[], seed: number, { gamma, gain }: Constants): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const kind = name.split('/').at(-1)!;
  const isDepthwise = kind === 'depthwise_kernel';
  const fanIn = shape.slice(0, isDepthwise ? 2 : -1).reduce((product, length) => product * length, 1);
  const bound = Math.sqrt(6 / fanIn);
  const isTop = name.startsWith('predictions/');
  const weight = new Float32Array(size);
  for (let n = 0; n < size; n++) {
    const u = uniform(seed, n);
    if (kind === 'gamma') weight[n] = gamma + 0.5 * u;
    else if (kind === 'moving_variance') weight[n] = 0.5 + u;
    else if (kind.includes('kernel')) weight[n] = (2 * u - 1) * bound * (isTop ? gain : 1);
    else weight[n] = 0.2 * u - 0.1;
  }
  return weight;
}

/** Two pictures of coloured squares, 13 pixels wide: uint8, 2 x size x size x 3. */
export function pictures(size: number): Uint8Array {
  const pixels = new Uint8Array(2 * size * size * 3);
  let at = 0;
  for (const seed of [1, 2]) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const place = (Math.floor(y / 13) * 100 + Math.floor(x / 13)) * 3;
        for (let c = 0; c < 3; c++) pixels[at++] = Math.floor(uniform(seed, place + c) * 256);
      }
    }
  }
  return pixels;
}
