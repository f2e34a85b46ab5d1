import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';

import { detector, LanePool, LazyImage } from '../../../src/index.js';
import { overlap, suppressOverlaps } from '../../../src/ml/zoo/non-maximum-suppression.js';

interface Golden {
  images: { source: string; pixels: string; top: { score: number; cls: number; box: [number, number, number, number] }[] }[];
}

const folder = new URL('../../golden/models/', import.meta.url);
const { images } = JSON.parse(readFileSync(new URL('detectors.json', folder), 'utf8')) as Golden;
const labels = readFileSync(new URL('../../../models/detector/labels.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const frames = new URL('../../../topologies/sample/', import.meta.url);

const lanes = new LanePool({ count: 1, device: 'cpu' });
const model = detector({ lanes });
const everything = detector({ lanes, iou: 1 });
afterAll(() => lanes.close());

describe('detector', () => {
  it.each(images)("gives the file's own boxes on $pixels", async ({ pixels, top }) => {
    const found = await everything.apply(
      LazyImage.from(readFileSync(new URL(pixels, folder)), { encoding: 'rgb8', width: 416, height: 416 }),
    );
    top.forEach(({ score, cls, box: [left, top, right, bottom] }, at) => {
      const { label, score: own, box } = found[at]!;
      expect(label).toBe(labels[cls]);
      expect(own).toBeCloseTo(score, 3);
      [box.x, box.y, box.x + box.width, box.y + box.height].forEach((value, side) => {
        expect(Math.abs(value - Math.min(416, Math.max(0, [left, top, right, bottom][side]! * 416)))).toBeLessThan(0.1);
      });
    });
  });

  it.each(images)('finds the same in $source, boxes back in pixels of the frame', async ({ source, top }) => {
    const found = await everything.apply(LazyImage.from(readFileSync(new URL(source, frames))));
    const scale = 512 / 416;
    const bar = (512 - 384) / 2;
    for (const { box } of top) {
      const [left, upper, right, lower] = box.map((fraction) => fraction * 416 * scale) as [number, number, number, number];
      const expected = { x: left, y: upper - bar, width: right - left, height: lower - upper };
      expect(Math.max(...found.map((detection) => overlap(detection.box, expected)))).toBeGreaterThan(0.8);
    }
  });

  it('counts in pixels of the source also where only a part is searched', async () => {
    const frame = LazyImage.from(readFileSync(new URL('junction/frames/0021.jpg', frames)));
    const [best] = await model.apply(frame.crop({ x: 300, y: 60, width: 200, height: 200 }));
    const whole = await model.apply(frame);
    expect(best!.label).toBe('person');
    expect(Math.max(...whole.map(({ box }) => overlap(box, best!.box)))).toBeGreaterThan(0.6);
  });

  it('keeps the best of overlapping boxes', () => {
    const box = (x: number) => ({ box: { x, y: 0, width: 10, height: 10 } });
    expect(suppressOverlaps([box(0), box(3), box(6)], 0.5)).toEqual([box(0), box(6)]);
  });
});
