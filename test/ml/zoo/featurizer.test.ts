import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';

import { featurizer, LanePool, LazyImage } from '../../../src/index.js';
import { absoluteDifference, expectParity } from '../../parity.js';

interface Golden {
  images: {
    source: string;
    pixels: string;
    top5: { label: string; probability: number }[];
    features8: number[];
    featuresNorm: number;
    featuresSum: number;
  }[];
}

const folder = new URL('../../golden/models/', import.meta.url);
const { images } = JSON.parse(readFileSync(new URL('efficientnet-lite0.json', folder), 'utf8')) as Golden;
const frames = new URL('../../../topologies/sample/', import.meta.url);

const lanes = new LanePool({ count: 2, device: 'cpu' });
const model = featurizer('EfficientNetLite0', { lanes });
afterAll(() => lanes.close());

describe("featurizer('EfficientNetLite0')", () => {
  it.each(images)('agrees with the torch original on $pixels', async ({ pixels, top5, features8, featuresNorm, featuresSum }) => {
    const bytes = readFileSync(new URL(pixels, folder));
    const { features, classes } = await model.apply(LazyImage.from(bytes, { encoding: 'rgb8', width: 224, height: 224 }));
    expect(features).toHaveLength(model.dimension);
    // The golden's own tolerance: 0.5 % of the features' norm, 0.03 of a logit.
    const difference = absoluteDifference(features.subarray(0, features8.length), features8) / featuresNorm;
    expectParity('EfficientNetLite0, bundled: features', difference);
    expect(Math.hypot(...features) / featuresNorm).toBeCloseTo(1, 2);
    expect(features.reduce((sum, value) => sum + value, 0) / featuresSum).toBeCloseTo(1, 2);
    expect(classes.map(({ label }) => label)).toEqual(top5.map(({ label }) => label));
    classes.forEach(({ probability }, at) => expect(probability / top5[at]!.probability).toBeCloseTo(1, 1));
  });

  it.each(images)('keeps close to Pillow where it decodes and scales $source itself', async ({ source, pixels }) => {
    const own = await model.apply(LazyImage.from(readFileSync(new URL(source, frames))));
    const theirs = await model.apply(LazyImage.from(readFileSync(new URL(pixels, folder)), { encoding: 'rgb8', width: 224, height: 224 }));
    const difference = own.features.map((value, at) => value - theirs.features[at]!);
    expect(Math.hypot(...difference) / Math.hypot(...theirs.features)).toBeLessThan(0.25);
  });

  it('is named after the bytes of its file', () => {
    expect(model.version).toBe('EfficientNetLite0@2e2f6e0d47ad');
  });

  it('gives a region the same features alone and beside the others of its frame', async () => {
    const frame = LazyImage.from(readFileSync(new URL('junction/frames/0050.jpg', frames)));
    const boxes = [0, 1, 2, 3, 4, 5].map((at) => ({ x: at * 60, y: at * 20, width: 100, height: 100 }));
    const together = await Promise.all(boxes.map((box) => model.apply(frame.crop(box))));
    for (const [at, box] of boxes.entries()) {
      const alone = await model.apply(frame.crop(box));
      const difference = alone.features.map((value, i) => value - together[at]!.features[i]!);
      expect(Math.hypot(...difference)).toBeLessThan(1e-4 * Math.hypot(...alone.features));
    }
  });
});
