import type { FeatureEvent } from '../events/feature-event.js';
import { regionKey } from '../events/region-key.js';
import type { RegionImage } from '../image/region-image.js';
import type { RowTransformer } from '../ml/row-transformer.js';
import { detector, type Detection, type Detector } from '../ml/zoo/detector.js';
import { featurizer, type Featurizer, type FeaturizerName } from '../ml/zoo/featurizer.js';
import { headId, headIdsFor } from './model-event.js';
import type { ModelRegistry } from './model-registry.js';
import type { HeadHandle, Models } from './models.js';
import { inCanary } from './rollout.js';

/** Models of a process: networks of the zoo by name, heads from the model registry of its log. */
export class LogModels implements Models {
  readonly #featurizers = new Map<string, Featurizer>();
  #detector: Detector | undefined;

  constructor(private readonly registry: ModelRegistry) {}

  featurizer(name: FeaturizerName): RowTransformer<RegionImage, FeatureEvent> {
    const network = this.#featurizers.get(name) ?? featurizer(name);
    this.#featurizers.set(name, network);
    return {
      name: network.name,
      apply: async ({ image, camera, region, capturedAt, frame }) => {
        const { features, classes } = await network.apply(image);
        return { camera, region, capturedAt, featurizer: network.version, features, classes, frame };
      },
    };
  }

  detector(): RowTransformer<RegionImage, readonly Detection[]> {
    const network = (this.#detector ??= detector());
    return { name: network.name, apply: ({ image }) => network.apply(image) };
  }

  head(name: string): HeadHandle {
    return {
      name,
      pin: () => {
        const { champions, canaries } = this.registry;
        return {
          headFor: (camera, region, capturedAt) => {
            const id = headIdsFor(name, camera, region).find((one) => champions.has(one));
            if (id === undefined) return undefined;
            const canary = canaries.get(id);
            const key = regionKey(camera, region);
            const share = id === headId(name, key) ? `${key}@${capturedAt}` : key;
            return canary && inCanary(share, canary.percent) ? canary.head : champions.get(id);
          },
        };
      },
    };
  }

  /** Gives the networks' places in the lanes back. */
  close(): void {
    for (const network of this.#featurizers.values()) network.close();
    this.#detector?.close();
  }
}
