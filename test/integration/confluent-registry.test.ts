import { ConfluentRegistry, FeatureEvent } from 'headwater';
import { checkRegistry } from 'headwater/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistry, type TestRegistry } from '../kafka/registry.js';
import { describeRegistry } from '../kafka/shared-kafka.js';

describeRegistry('a Confluent-compatible server', () => {
  let server: TestRegistry;
  beforeAll(async () => {
    server = await startRegistry();
  });
  afterAll(() => server.stop());

  checkRegistry('ConfluentRegistry', () => Promise.resolve(new ConfluentRegistry(server.url)), { describe, it });

  it('serves the events of this project', async () => {
    const serde = () => FeatureEvent.bind({ topic: 'features', side: 'value', registry: new ConfluentRegistry(server.url) });
    const event: FeatureEvent = {
      camera: 'c',
      region: 'r',
      capturedAt: 1,
      featurizer: 'f@1',
      features: Float32Array.of(1, 2, 3),
      classes: [],
      frame: { topic: 't', partition: 0, offset: 0 },
    };
    expect(await serde().deserialize(await serde().serialize(event))).toEqual(event);
  });
});
