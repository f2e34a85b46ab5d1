/** What `transform(model)` needs of a model: an answer for one value, or undefined where it has none and that is right. It batches by itself where that pays; a rejected promise fails its own row only. */
export interface RowTransformer<I, O> {
  /** For messages, metrics and the version of what comes out: `EfficientNetLite0@1a2b3c4d5e6f`. */
  readonly name: string;
  apply(value: I): O | Promise<O>;
}
