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

/** The versions of a head that serve, one per region, camera or for all. */
export interface PinnedHeads {
  /**
   * The most specific champion: of the region, else of the camera, else of the head; none before the first one is registered. Where a challenger is in
   * canary there, it takes its share of the region keys, or, of a head of one region, of the capture times (milliseconds since 1970).
   */
  headFor(camera: string, region: string, capturedAt: number): HeadVersion | undefined;
}

/** A head by name. */
export interface HeadHandle {
  readonly name: string;
  /** What serves at this moment, unchanged while it is held: an epoch pins it once, so a swap falls between two batches. */
  pin(): PinnedHeads;
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
