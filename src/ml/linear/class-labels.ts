import { error } from '../../errors.js';

export type Label = string | number;

/** The distinct labels, sorted: numbers by value, strings by code unit. Throws HW_LABEL_EXPECTED for anything else. */
export function distinctLabels(labels: readonly unknown[], column: string): Label[] {
  labels.forEach((label, row) => {
    if (typeof label !== 'string' && typeof label !== 'number')
      throw error('HW_LABEL_EXPECTED', { column, row, got: label === null ? 'null' : typeof label });
  });
  return [...new Set(labels as Label[])].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  );
}

/** The number of each label among `classes`. */
export function classIndices(labels: readonly unknown[], classes: readonly Label[]): Int32Array {
  const index = new Map<unknown, number>(classes.map((label, k) => [label, k]));
  return Int32Array.from(labels, (label) => index.get(label)!);
}

/** How much rows of each class count: scikit-learn's `class_weight`. */
export type ClassWeight = 'balanced' | Readonly<Record<string, number>>;

/** Row weights times those of their classes; `balanced` gives every class the same total. */
export function withClassWeight(
  weights: Float64Array,
  y: Int32Array,
  classes: readonly Label[],
  classWeight: ClassWeight | undefined,
): Float64Array {
  if (classWeight === undefined) return weights;
  const counts = new Float64Array(classes.length);
  y.forEach((k) => counts[k]!++);
  const factor = classes.map((label, k) =>
    classWeight === 'balanced' ? y.length / (classes.length * counts[k]!) : (classWeight[String(label)] ?? 1),
  );
  return weights.map((weight, row) => weight * factor[y[row]!]!);
}
