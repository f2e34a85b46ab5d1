import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Camera } from '../image/region.js';
import { packageFolder } from '../package-folder.js';

/** A frame of the sample, and what its regions show. */
export interface SampleFrame {
  readonly file: string;
  /** From the first frame, in milliseconds. */
  readonly offsetMs: number;
  /** Truth by region. */
  readonly labels: ReadonlyMap<string, string>;
}

export interface SampleCamera {
  readonly camera: Camera;
  readonly frames: readonly SampleFrame[];
}

/** From the first frame of one lap to that of the next, in milliseconds: the last frame stays as long as the first. */
export function lapMs({ frames }: SampleCamera): number {
  return frames.at(-1)!.offsetMs + frames[1]!.offsetMs;
}

/** The street camera that comes with the package: 199 frames, 2.5 a second, six labelled regions. */
export async function sampleCamera(): Promise<SampleCamera> {
  const folder = path.join(packageFolder(), 'topologies', 'sample', 'junction');
  const camera = JSON.parse(await readFile(path.join(folder, 'regions.json'), 'utf8')) as Camera;
  const [header, ...lines] = (await readFile(path.join(folder, 'labels.csv'), 'utf8')).trim().split('\n');
  const regions = header!.trim().split(',').slice(2);
  const frames = lines.map((line): SampleFrame => {
    const [file, offset, ...labels] = line.trim().split(',');
    return {
      file: path.join(folder, 'frames', file!),
      offsetMs: Number(offset),
      labels: new Map(regions.map((region, index) => [region, labels[index]!])),
    };
  });
  return { camera, frames };
}
