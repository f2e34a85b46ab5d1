import { checks, type Check } from '../params.js';

/** `adam`, or an optimizer with its learning rate. */
export type KerasOptimizer = string | { readonly name: string; readonly learning_rate?: number };

/** What Keras' `model.fit` takes, under its names. */
export interface KerasFitParams {
  /** Default 1. */
  readonly epochs?: number;
  /** Default 32. */
  readonly batch_size?: number;
  /** The last part of the rows that is held back to measure `val_loss`. Default 0. */
  readonly validation_split?: number;
  /** Default true. */
  readonly shuffle?: boolean;
  /** What Keras prints; here `training.history` of the model tells, and nothing is printed. */
  readonly verbose?: 0 | 1 | 2;
}

const optimizers = ['sgd', 'rmsprop', 'adagrad', 'adadelta', 'adamax', 'adam'];

/** Keras' names of the losses, long and short, and TF.js' names of them. */
const losses: Readonly<Record<string, string>> = {
  mean_squared_error: 'meanSquaredError',
  mse: 'meanSquaredError',
  mean_absolute_error: 'meanAbsoluteError',
  mae: 'meanAbsoluteError',
  mean_absolute_percentage_error: 'meanAbsolutePercentageError',
  mean_squared_logarithmic_error: 'meanSquaredLogarithmicError',
  squared_hinge: 'squaredHinge',
  hinge: 'hinge',
  categorical_hinge: 'categoricalHinge',
  log_cosh: 'logcosh',
  categorical_crossentropy: 'categoricalCrossentropy',
  sparse_categorical_crossentropy: 'sparseCategoricalCrossentropy',
  binary_crossentropy: 'binaryCrossentropy',
  kl_divergence: 'kullbackLeiblerDivergence',
  poisson: 'poisson',
};

/** The name that TF.js has for a loss of Keras. */
export function tfjsLoss(name: string): string {
  return losses[name]!;
}

export function optimizerName(optimizer: KerasOptimizer): string {
  return (typeof optimizer === 'string' ? optimizer : optimizer.name).toLowerCase();
}

export const lossCheck: Check = {
  expected: `one of ${Object.keys(losses).join(', ')}`,
  holds: (value) => typeof value === 'string' && Object.hasOwn(losses, value),
};

export const optimizerCheck: Check = {
  expected: `one of ${optimizers.join(', ')}, or {name, learning_rate}`,
  holds: (value) => {
    if (typeof value === 'string') return optimizers.includes(value.toLowerCase());
    const { name, learning_rate: rate } = (value ?? {}) as { name?: unknown; learning_rate?: unknown };
    return (
      typeof name === 'string' && optimizers.includes(name.toLowerCase()) && (rate === undefined || (typeof rate === 'number' && rate > 0))
    );
  },
};

const positive = (value: unknown): boolean => value === undefined || (Number.isSafeInteger(value) && (value as number) > 0);
const known = ['epochs', 'batch_size', 'validation_split', 'shuffle', 'verbose'];

export const fitParamsCheck: Check = {
  expected: `an object of ${known.join(', ')}`,
  holds: (value) => {
    if (!checks.object.holds(value) || !Object.keys(value).every((key) => known.includes(key))) return false;
    const { epochs, batch_size: batchSize, validation_split: split = 0, shuffle = true } = value as KerasFitParams;
    return positive(epochs) && positive(batchSize) && split >= 0 && split < 1 && checks.boolean.holds(shuffle);
  },
};
