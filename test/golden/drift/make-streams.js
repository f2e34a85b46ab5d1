// What drift detectors see of two real cameras, as they are and as `--shift` changes them: features of the whole frame in 32 random directions, and of
// every region errors and confidences of a head that has learned from the first frames.
// npm run build && node test/golden/drift/make-streams.js FORECOURT > test/golden/drift/streams.json
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { URL } from 'node:url';

import { featurizer, fitHead, lanes, LazyImage } from '../../../dist/src/index.js';
import { imageShifts, shiftImage } from '../../../dist/src/image/shift-image.js';
import { uniformAt } from '../../../dist/src/ml/random.js';

const sample = new URL('../../../topologies/sample/junction', import.meta.url).pathname;
const half = (left) => [[left, 0], [left + 384, 0], [left + 384, 432], [left, 432]]; // prettier-ignore
const halves = [
  { name: 'left', polygon: half(0) },
  { name: 'right', polygon: half(384) },
];
/** `learned`: frames from which the heads have learned. */
const cameras = {
  junction: { folder: sample, regions: JSON.parse(readFileSync(`${sample}/regions.json`, 'utf8')).regions, learned: 80 },
  forecourt: { folder: process.argv[2], regions: halves, learned: 150 },
};
const dimensions = 32;
const penalty = 100;

function project(vector) {
  return Array.from({ length: dimensions }, (_, direction) => {
    let total = 0;
    vector.forEach((value, index) => (total += uniformAt(0, direction * vector.length + index) < 0.5 ? value : -value));
    return Number((total / Math.sqrt(dimensions)).toFixed(3));
  });
}

function labelsOf(folder) {
  const [header, ...lines] = readFileSync(path.join(folder, 'labels.csv'), 'utf8').trim().split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [columns[at], cell])));
}

const network = featurizer();
async function featuresOf({ folder, regions }, rows, change) {
  return Promise.all(
    rows.map(async ({ frame }) => {
      const image = LazyImage.from(await change(new Uint8Array(readFileSync(path.join(folder, 'frames', frame)))));
      const parts = [image, ...regions.map(({ polygon }) => image.crop(polygon))];
      return Promise.all(parts.map(async (part) => (await network.apply(part)).features));
    }),
  );
}

const streams = {};
for (const [name, camera] of Object.entries(cameras)) {
  const rows = labelsOf(camera.folder);
  const variants = { day: (bytes) => bytes, ...Object.fromEntries(imageShifts.map((shift) => [shift, (bytes) => shiftImage(bytes, shift)])) };
  const found = {};
  for (const [variant, change] of Object.entries(variants)) found[variant] = await featuresOf(camera, rows, change);
  const heads = camera.regions.map((region, at) => {
    const known = found.day.slice(0, camera.learned).flatMap((parts) => [...parts[at + 1]]);
    const labels = rows.slice(0, camera.learned).map((row) => row[region.name]);
    return fitHead(Float32Array.from(known), labels, { regParam: penalty / camera.learned });
  });
  const judged = (variant, at) => {
    const [error, confidence] = [[], []];
    for (const [frame, parts] of found[variant].entries()) {
      if (frame < camera.learned) continue;
      const answer = [...heads[at].predict(parts[at + 1])];
      const most = Math.max(...answer);
      error.push(heads[at].labels[answer.indexOf(most)] === rows[frame][camera.regions[at].name] ? 0 : 1);
      confidence.push(Number(most.toFixed(3)));
    }
    return { error, confidence };
  };
  streams[name] = {
    learned: camera.learned,
    features: Object.fromEntries(Object.keys(variants).map((variant) => [variant, found[variant].map(([frame]) => project(frame))])),
    heads: Object.fromEntries(
      camera.regions.map((region, at) => [region.name, Object.fromEntries(Object.keys(variants).map((variant) => [variant, judged(variant, at)]))]),
    ),
  };
  process.stderr.write(`${name}: ${rows.length} frames\n`);
}
network.close();
await lanes().close();
process.stdout.write(`${JSON.stringify(streams)}\n`);
