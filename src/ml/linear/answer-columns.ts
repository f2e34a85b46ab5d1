import type { Columns } from '../dataset/batch.js';
import { columnOf, VectorColumn } from '../dataset/column.js';
import { probabilitiesOf } from '../solve/probabilities.js';
import { argmax } from '../solve/vector-math.js';
import type { Label } from './class-labels.js';

/** Where a classifier's answers go. */
export interface AnswerColumns {
  readonly predictionCol: string;
  readonly probabilityCol: string;
  readonly rawPredictionCol: string;
}

/** Margins (rows x vectors; one vector for two labels, that of the second) as Spark ML's columns: raw, probability and the likeliest label. */
export function answerColumns(margins: Float64Array | Float32Array, rows: number, labels: readonly Label[], names: AnswerColumns): Columns {
  const classes = labels.length;
  const vectors = margins.length / rows;
  const raw = new Float64Array(rows * classes);
  const probability = new Float64Array(rows * classes);
  const predictions: (Label | undefined)[] = [];
  const own = new Float64Array(vectors);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < vectors; k++) {
      own[k] = margins[row * vectors + k]!;
      raw[(row + 1) * classes - vectors + k] = own[k]!;
    }
    if (classes === 2) raw[2 * row] = -own[0]!;
    const shares = classes === 1 ? Float64Array.of(1) : probabilitiesOf(own);
    for (let k = 0; k < classes; k++) probability[row * classes + k] = shares[k]!;
    predictions.push(labels[argmax(shares)]);
  }
  return {
    [names.rawPredictionCol]: new VectorColumn(raw, classes, labels),
    [names.probabilityCol]: new VectorColumn(probability, classes, labels),
    [names.predictionCol]: columnOf(predictions),
  };
}
