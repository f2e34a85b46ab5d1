import { createHash } from 'node:crypto';
import { error } from '../../errors.js';
import { decodeSafetensors, encodeSafetensors, safetensorsMetadata } from '../safetensors.js';
import { probabilitiesOf } from '../solve/probabilities.js';
import { dot } from '../solve/vector-math.js';

export interface HeadContent {
  readonly name: string;
  /** The class names; the order of the probabilities. */
  readonly labels: readonly string[];
  /** Feature vector length. */
  readonly width: number;
  /** vectors x width, for features as they are: one vector for two labels, else one a label. */
  readonly coefficients: Float64Array;
  readonly intercepts: Float64Array;
  /** Where it comes from (featurizer, penalty, snapshot, ...); part of its content. */
  readonly lineage?: Readonly<Record<string, string>>;
}

/** The small model on a feature vector: logistic regression with the standardisation folded into its coefficients. Its version is its content's hash. */
export class Head {
  readonly name: string;
  readonly labels: readonly string[];
  readonly width: number;
  readonly lineage: Readonly<Record<string, string>>;
  /** The first 12 hex digits of the SHA-256 of the head's file. */
  readonly version: string;
  private readonly bytes: Uint8Array;

  constructor(private readonly content: HeadContent) {
    this.name = content.name;
    this.labels = content.labels;
    this.width = content.width;
    this.lineage = content.lineage ?? {};
    this.bytes = encode(content);
    this.version = createHash('sha256').update(this.bytes).digest('hex').slice(0, 12);
  }

  /** Class probabilities of one or more feature vectors, row-major: rows x labels. Throws HW_FEATURES_WIDTH. */
  predict(features: Float32Array | Float64Array): Float32Array {
    const { width, labels } = this;
    const { coefficients, intercepts } = this.content;
    if (features.length % width !== 0)
      throw error('HW_FEATURES_WIDTH', { head: `${this.name}@${this.version}`, expected: width, got: features.length });
    const rows = features.length / width;
    const probabilities = new Float32Array(rows * labels.length);
    for (let row = 0; row < rows; row++) {
      const margins = intercepts.map((intercept, k) => intercept + dot(coefficients, features, k * width, row * width, width));
      probabilities.set(labels.length === 1 ? [1] : probabilitiesOf(margins), row * labels.length);
    }
    return probabilities;
  }

  /** The head's file: a safetensors file whose JSON header names it. */
  encode(): Uint8Array {
    return this.bytes;
  }
}

/** Reads a head's file; throws HW_HEAD_FILE where it is none. */
export function decodeHead(bytes: Uint8Array): Head {
  const { coefficients, intercepts } = decodeSafetensors(bytes);
  const { format, name, labels, lineage } = safetensorsMetadata(bytes);
  const isHead = format === 'headwater-head-1' && coefficients?.data instanceof Float64Array && intercepts?.data instanceof Float64Array;
  if (!isHead || name === undefined || labels === undefined) throw error('HW_HEAD_FILE', { problem: 'its header names no head' });
  return new Head({
    name,
    labels: JSON.parse(labels) as string[],
    width: coefficients.shape[1]!,
    coefficients: coefficients.data,
    intercepts: intercepts.data,
    lineage: JSON.parse(lineage ?? '{}') as Record<string, string>,
  });
}

function encode({ name, labels, width, coefficients, intercepts, lineage = {} }: HeadContent): Uint8Array {
  const tensors = {
    coefficients: { data: coefficients, shape: [intercepts.length, width] },
    intercepts: { data: intercepts, shape: [intercepts.length] },
  };
  const sorted = Object.fromEntries(Object.entries(lineage).sort(([a], [b]) => (a < b ? -1 : 1)));
  const metadata = { format: 'headwater-head-1', name, labels: JSON.stringify(labels), lineage: JSON.stringify(sorted) };
  return encodeSafetensors(tensors, metadata);
}
