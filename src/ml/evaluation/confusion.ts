type Label = string | number;

/** Weights of rows by label and prediction. */
export class Confusion {
  readonly labels: readonly Label[];
  private readonly cells = new Map<Label, Map<Label, number>>();
  private readonly byLabel = new Map<Label, number>();
  private readonly byPrediction = new Map<Label, number>();
  readonly total: number;

  constructor(labels: readonly Label[], predictions: readonly Label[], weights: Float64Array) {
    const add = (sums: Map<Label, number>, key: Label, weight: number) => sums.set(key, (sums.get(key) ?? 0) + weight);
    labels.forEach((label, row) => {
      let cells = this.cells.get(label);
      if (cells === undefined) this.cells.set(label, (cells = new Map<Label, number>()));
      add(cells, predictions[row]!, weights[row]!);
    });
    for (const [label, cells] of this.cells) {
      for (const [prediction, weight] of cells) {
        add(this.byLabel, label, weight);
        add(this.byPrediction, prediction, weight);
      }
    }
    this.labels = [...new Set([...this.byLabel.keys(), ...this.byPrediction.keys()])].sort((a, b) => (a < b ? -1 : 1));
    this.total = weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** Rows with this label and this prediction. */
  at(label: Label, prediction: Label): number {
    return this.cells.get(label)?.get(prediction) ?? 0;
  }

  accuracy(): number {
    return this.labels.reduce<number>((sum, label) => sum + this.at(label, label), 0) / this.total;
  }

  /** 0 where nothing was predicted as this label. */
  precision(label: Label): number {
    return ratio(this.at(label, label), this.byPrediction.get(label) ?? 0);
  }

  recall(label: Label): number {
    return ratio(this.at(label, label), this.byLabel.get(label) ?? 0);
  }

  falsePositiveRate(label: Label): number {
    return ratio((this.byPrediction.get(label) ?? 0) - this.at(label, label), this.total - (this.byLabel.get(label) ?? 0));
  }

  fMeasure(label: Label, beta: number): number {
    const [precision, recall] = [this.precision(label), this.recall(label)];
    return ratio((1 + beta ** 2) * precision * recall, beta ** 2 * precision + recall);
  }

  /** A measure a label, weighted by the label's share of the rows. */
  weighted(measure: (label: Label) => number): number {
    return this.labels.reduce<number>((sum, label) => sum + (measure(label) * (this.byLabel.get(label) ?? 0)) / this.total, 0);
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
