import type { FeatureEvent } from '../events/feature-event.js';
import type { RegionImage } from '../image/region-image.js';
import type { Detection } from '../ml/zoo/detector.js';
import type { FeaturizerName } from '../ml/zoo/featurizer.js';
import type { RowTransformer } from '../ml/row-transformer.js';

/** A version of a head that predicts: labels and a probability for each. */
export interface HeadVersion {
  /** Content hash of the head file. */
  readonly version: string;
  readonly labels: readonly string[];
  /** Probabilities in the order of `labels`, summing to 1. */
  predict(features: Float32Array): Float32Array;
}

/** The champions of a head, one per region, camera or for all. */
export interface HeadChampions {
  /** The most specific champion: of the region, else of the camera, else of the head; none before the first one is registered. */
  championFor(camera: string, region: string): HeadVersion | undefined;
}

/** A head by name. */
export interface HeadHandle {
  readonly name: string;
  /** The champions of this moment, unchanged while they are held: an epoch pins them once, so a swap falls between two batches. */
  pin(): HeadChampions;
}

/** Models by name, as topologies see them. */
export interface Models {
  /** A pre-trained network cut before its classifier: one feature vector a picture. */
  featurizer(name: FeaturizerName): RowTransformer<RegionImage, FeatureEvent>;
  /** The object detector: boxes in pixels of the frame. */
  detector(): RowTransformer<RegionImage, readonly Detection[]>;
  /** A small model on features, versioned in the model registry. */
  head(name: string): HeadHandle;
}
