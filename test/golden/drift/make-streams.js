// Features of the sample camera's frames as they are, at night and in fog (made with sharp), in 32 random directions.
// npm run build && node test/golden/drift/make-camera-series.js > test/golden/drift/camera-series.json
import { readdirSync, readFileSync } from 'node:fs';
import { URL } from 'node:url';
import sharp from 'sharp';

import { featurizer, lanes, LazyImage } from '../../../dist/src/index.js';
import { uniformAt } from '../../../dist/src/ml/random.js';

const folder = process.argv[2] ?? new URL('../../../topologies/sample/junction/frames', import.meta.url).pathname;
const variants = {
  day: (picture) => picture,
  night: (picture) => picture.linear(0.3, 0),
  fog: (picture) => picture.linear(0.4, 130),
};
const dimensions = 32;

function project(vector) {
  return Array.from({ length: dimensions }, (_, direction) => {
    let total = 0;
    vector.forEach((value, index) => (total += uniformAt(0, direction * vector.length + index) < 0.5 ? value : -value));
    return Number((total / Math.sqrt(dimensions)).toFixed(4));
  });
}

const network = featurizer();
const files = readdirSync(folder).sort();
const series = {};
for (const [name, change] of Object.entries(variants)) {
  series[name] = await Promise.all(
    files.map(async (file) => {
      const bytes = await change(sharp(readFileSync(`${folder}/${file}`))).jpeg({ quality: 90 }).toBuffer();
      return project((await network.apply(LazyImage.from(new Uint8Array(bytes)))).features);
    }),
  );
}
network.close();
await lanes().close();
console.log(JSON.stringify(series));
