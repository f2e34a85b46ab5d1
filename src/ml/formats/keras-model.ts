/** A layer's tensor of weights as Keras stores it: float32, C order. `name` is Keras' own (`kernel`, `gamma`, ...) where the file tells. */
export interface KerasWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One output of one call of a layer (Keras' `keras_history`). */
export interface KerasTensor {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

export interface KerasLayer {
  /** Keras' class, such as `Conv2D`. */
  readonly className: string;
  /** Unique in its model. */
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The inputs of each call: a shared layer has more than one, an input layer has none. */
  readonly calls: readonly (readonly KerasTensor[])[];
  /** In the order of Keras' `layer.weights`. */
  readonly weights: readonly KerasWeight[];
  /** The model that stands in place of a layer (`Sequential`, `Functional`). */
  readonly model?: KerasModel;
}

/** A Keras model, whatever file it was read from: a graph of layers with their weights. */
export interface KerasModel {
  readonly name: string;
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
  /** Defaults and formulas changed between Keras 2 and 3 (`hard_sigmoid`, `LeakyReLU`); TF.js follows 2. */
  readonly generation: 2 | 3;
}

/** A model as read from its configuration: layers that have no weights yet. */
export type Untrained = Omit<KerasModel, 'layers'> & { readonly layers: readonly UntrainedLayer[] };
export type UntrainedLayer = Omit<KerasLayer, 'weights' | 'model'> & { readonly model?: Untrained };

/** Gives every layer its weights; `weightsOf` is asked for each layer that is no model, with the names of the models around it. */
export function withWeights(
  model: Untrained,
  weightsOf: (layer: UntrainedLayer, around: readonly string[]) => readonly KerasWeight[],
  around: readonly string[] = [],
): KerasModel {
  const layers = model.layers.map(({ model: inner, ...layer }): KerasLayer => {
    if (inner === undefined) return { ...layer, weights: weightsOf(layer, around) };
    return { ...layer, weights: [], model: withWeights(inner, weightsOf, [...around, layer.name]) };
  });
  return { ...model, layers };
}
