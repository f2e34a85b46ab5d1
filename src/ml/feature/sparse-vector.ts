/** A vector that is mostly zero: the values at rising `indices`, zero elsewhere. */
export class SparseVector {
  constructor(
    readonly size: number,
    readonly indices: Int32Array,
    readonly values: Float64Array,
  ) {}

  toDense(): Float64Array {
    const dense = new Float64Array(this.size);
    this.indices.forEach((index, at) => (dense[index] = this.values[at]!));
    return dense;
  }
}
