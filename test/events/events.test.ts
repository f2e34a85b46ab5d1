import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  eventTopics,
  FeatureEvent,
  ImageEvent,
  LabelEvent,
  LogRegistry,
  MemoryLog,
  PredictionEvent,
  regionKey,
  type Format,
  type ValueOf,
} from 'headwater';

const frame = { topic: 'camera-frames', partition: 1, offset: 2 ** 40 };
const region = { camera: 'junction', region: 'west', capturedAt: 1_700_000_000_123 };

const image: ImageEvent = {
  camera: 'junction',
  capturedAt: 1_700_000_000_123,
  encoding: 'image/jpeg',
  width: 512,
  height: 384,
  bytes: Buffer.alloc(60_000, 0xd8),
  uri: null,
  sha256: null,
  attributes: { site: 'Nord', lens: '8 mm' },
};
const features: FeatureEvent = {
  ...region,
  featurizer: 'EfficientNetLite0@1a2b3c4d',
  features: Float32Array.from({ length: 1280 }, (_, i) => Math.sin(i)),
  classes: [
    { label: 'crossing', probability: 0.1 + 0.2 },
    { label: 'zebra', probability: 0 },
  ],
  frame,
};
const prediction: PredictionEvent = {
  ...region,
  id: 'camera-frames-1-7/west',
  predictedAt: 1_700_000_000_456,
  head: { name: 'occupied', version: 'c0ffee' },
  featurizer: 'EfficientNetLite0@1a2b3c4d',
  label: 'occupied',
  labels: ['clear', 'occupied'],
  probabilities: [0.3, 0.7],
  frame,
};
const label: LabelEvent = { ...region, label: 'occupied', source: 'person', predictionId: null, labelledAt: 1_700_000_009_000 };

const bind = <T>(format: Format<T>) => format.bind({ topic: 't', side: 'value', registry: new LogRegistry(new MemoryLog()) });

async function roundTrip<T>(format: Format<T>, value: T): Promise<T> {
  const serde = bind(format);
  return await serde.deserialize(await serde.serialize(value));
}

it('every event comes back as it went', async () => {
  expect(await roundTrip(ImageEvent, image)).toEqual(image);
  expect(await roundTrip(FeatureEvent, features)).toEqual(features);
  expect(await roundTrip(PredictionEvent, prediction)).toEqual(prediction);
  expect(await roundTrip(LabelEvent, label)).toEqual(label);
});

it('a picture is not copied when its event is read', async () => {
  const serde = bind(ImageEvent);
  const message = (await serde.serialize(image))!;
  expect((await serde.deserialize(message)).bytes?.buffer).toBe(message.buffer);
});

describe('an image event', () => {
  it.each<[string, Partial<ImageEvent>]>([
    ['without bytes and without a uri', { bytes: null }],
    ['with a uri and no hash', { bytes: null, uri: 's3://frames/1.jpg' }],
    ['with a hash that is none', { uri: 's3://frames/1.jpg', sha256: 'abc' }],
  ])('%s is refused', async (_, part) => {
    await expect(roundTrip(ImageEvent, { ...image, ...part })).rejects.toMatchObject({ code: 'HW_SERDE' });
  });

  it('may name its picture by uri and hash', async () => {
    const remote = { ...image, bytes: null, uri: 's3://frames/1.jpg', sha256: 'ab'.repeat(32) };
    expect(await roundTrip(ImageEvent, remote)).toEqual(remote);
  });
});

it('a prediction needs a probability for each label', async () => {
  await expect(roundTrip(PredictionEvent, { ...prediction, probabilities: [1] })).rejects.toThrow('it has 2 labels and 1 probabilities');
});

it.each<[string, Format<unknown>, unknown]>([
  ['image', ImageEvent, { ...image, bytes: Buffer.from('bytes') }],
  ['feature', FeatureEvent, { ...features, features: Float32Array.of(1, 2) }],
  ['prediction', PredictionEvent, prediction],
  ['label', LabelEvent, label],
])('a damaged %s event is an HW_SERDE or another event', async (_, format, value) => {
  const serde = bind(format);
  const good = Buffer.from((await serde.serialize(value))!);
  await serde.deserialize(good);
  fc.assert(
    fc.property(fc.nat(good.length - 6), fc.nat(255), fc.nat(good.length), (at, byte, end) => {
      const damaged = Buffer.from(good.subarray(0, Math.max(end, 6)));
      damaged[Math.min(5 + at, damaged.length - 1)] = byte;
      try {
        serde.deserialize(damaged);
      } catch (reason) {
        expect(reason).toMatchObject({ code: 'HW_SERDE' });
      }
    }),
    { numRuns: 1000 },
  );
});

it('regions are keyed by camera and region, the whole picture as "frame"', () => {
  expect(regionKey('junction', 'west')).toBe('junction/west');
  expect(regionKey('junction')).toBe('junction/frame');
});

it('the topics of the main job can be joined', () => {
  expect(new Set(eventTopics.map(({ partitions }) => partitions)).size).toBe(1);
});

it('an event is both a format and the type of its values', () => {
  expectTypeOf<ValueOf<typeof ImageEvent>>().toEqualTypeOf<ImageEvent>();
  expectTypeOf<ValueOf<typeof PredictionEvent>>().toEqualTypeOf<PredictionEvent>();
});
