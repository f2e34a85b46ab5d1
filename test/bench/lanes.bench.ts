import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { featurizer, lanes, LazyImage } from '../../src/index.js';
import { BareLanes } from './bare-lanes.js';
import type { Bench } from './bench.js';

const home = fileURLToPath(new URL('../../../', import.meta.url));

/** Lazy pictures to features through the shared lanes, against bare threads. `--images` folder of JPEG, `--pictures` a measurement, `--runs`, `--batch` of the bare side. */
export async function open(options: Readonly<Record<string, string>>): Promise<Bench> {
  const folder = options['images'] ?? path.join(home, 'topologies/sample/junction/frames');
  const pictures = Number(options['pictures'] ?? 800);
  const files = readdirSync(folder).map((file) => new Uint8Array(readFileSync(path.join(folder, file))));
  const model = path.join(home, 'models/efficientnet-lite0/model.onnx');
  const bare = await BareLanes.start({ files, model, count: availableParallelism(), batch: Number(options['batch'] ?? 1) });
  const ours = featurizer();
  return {
    unit: 'pictures/s',
    kind: 'rate',
    runs: Number(options['runs'] ?? 7),
    reference: () => bare.run(pictures),
    async ours() {
      const started = performance.now();
      let next = 0;
      const feed = async () => {
        while (next < pictures) await ours.apply(LazyImage.from(files[next++ % files.length]!));
      };
      await Promise.all(Array.from({ length: 32 }, feed));
      return (pictures / (performance.now() - started)) * 1000;
    },
    async close() {
      ours.close();
      await lanes().close();
      await bare.close();
    },
  };
}
