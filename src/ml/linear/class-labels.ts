import { error } from '../../errors.js';

export type Label = string | number;

/** The distinct labels, sorted: numbers by value, strings by code unit. Throws HW_LABEL_EXPECTED for anything else, NaN too. */
export function distinctLabels(labels: readonly unknown[], column: string): Label[] {
  labels.forEach((label, row) => {
    if ((typeof label !== 'string' && typeof label !== 'number') || Number.isNaN(label))
      throw error('HW_LABEL_EXPECTED', { column, row, got: label === null || Number.isNaN(label) ? String(label) : typeof label });
  });
  return [...new Set(labels as Label[])].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  );
}

/** The labels of a row that may have many: a list, or numbers as a vector. Throws HW_LABEL_LIST. */
export function labelList(value: unknown, column: string, row: number): Label[] {
  if (Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array) return Array.from<Label>(value as Label[]);
  throw error('HW_LABEL_LIST', { column, row, got: value === null ? 'null' : typeof value });
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
  const factors = classFactors(rowsByClass(y, classes.length), classes, classWeight);
  return weights.map((weight, row) => weight * factors[y[row]!]!);
}

export function rowsByClass(y: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  y.forEach((k) => counts[k]!++);
  return counts;
}

/** What a class weight multiplies the weights of each class's rows by, given how many rows the classes have. */
export function classFactors(counts: Float64Array, classes: readonly Label[], classWeight: ClassWeight): Float64Array {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(classes, (label, k) =>
    classWeight === 'balanced' ? rows / (classes.length * counts[k]!) : (classWeight[String(label)] ?? 1),
  );
}
