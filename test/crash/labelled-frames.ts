import { FeatureEvent, LabelEvent, ModelEvent, openLog, openRegistry, readRecords, regionKey, topicWriter } from 'headwater';
import { uniformAt } from '../../src/ml/random.js';

const regions = ['left', 'right'];
const frames = 200;
const width = 32;

/** Writes features and labels of two regions: 200 frames, every label true but one in ten. */
export async function writeLabelledFrames(location: string): Promise<void> {
  const log = await openLog(location);
  const registry = openRegistry(log);
  await log.createTopics(['features', 'labels'].map((name) => ({ name, partitions: 4 })));
  const times = Array.from({ length: frames }, (_, frame) => frame * 2000);
  const places = times.flatMap((capturedAt) => regions.map((region) => ({ camera: 'gate', region, capturedAt })));
  const features = places.map((place, index) => ({
    key: regionKey(place.camera, place.region),
    timestamp: place.capturedAt,
    value: {
      ...place,
      featurizer: 'net@1',
      features: Float32Array.from(
        { length: width },
        (_, at) => uniformAt(7, index * width + at) + (at < 4 ? occupied(place.capturedAt) : 0),
      ),
      classes: [],
      frame: { topic: 'camera-frames', partition: 0, offset: index },
    },
  }));
  const labels = places.map((place, index) => {
    const right = uniformAt(8, index) > 0.1;
    const label = (occupied(place.capturedAt) === 1) === right ? 'occupied' : 'clear';
    const labelledAt = place.capturedAt + 1000;
    return {
      key: regionKey(place.camera, place.region),
      timestamp: labelledAt,
      value: { ...place, label, source: 'test', predictionId: null, labelledAt },
    };
  });
  await topicWriter({ log, registry, topic: 'features', format: FeatureEvent })(features);
  await topicWriter({ log, registry, topic: 'labels', format: LabelEvent })(labels);
  await registry.close();
  await log.close();
}

function occupied(capturedAt: number): number {
  return Math.floor(capturedAt / 6000) % 2;
}

/** What is committed of each head, in order: versions with their gate's verdict, what each alias came to stand for, and what was pruned. */
export async function committedModels(location: string): Promise<Map<string, string[]>> {
  const log = await openLog(location);
  const registry = openRegistry(log);
  const serde = ModelEvent.bind({ topic: 'models', side: 'value', registry });
  const heads = new Map<string, string[]>();
  for await (const { key, value } of readRecords(log, 'models')) {
    const name = Buffer.from(key!).toString();
    const head = /\/(\w+@gate\/\w+)/.exec(name)![1]!;
    const words = value === null ? `tombstone of ${name}` : inWords(await serde.deserialize(value));
    heads.set(head, [...(heads.get(head) ?? []), words]);
  }
  await registry.close();
  await log.close();
  return heads;
}

function inWords(event: ModelEvent): string {
  if (event.kind === 'version') return `${event.version} ${JSON.stringify(event.gate)}`;
  return event.kind === 'alias' ? `${event.alias} ${event.version} ${event.reason}` : JSON.stringify(event);
}
