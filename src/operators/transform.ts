import type { OperatorFunction } from 'rxjs';

import type { RowTransformer } from '../ml/row-transformer.js';
import type { StreamRecord } from '../record.js';
import { mapOrdered } from './map-ordered.js';

/**
 * Sends every value through a model and emits its answer under the same key and time, in order. The model batches rows of all tasks of the process by
 * itself; a row on which it fails is taken out alone.
 *
 * @example images.pipe(transform(models.featurizer('EfficientNetLite0')))
 */
export function transform<K, I, O>(model: RowTransformer<I, O>): OperatorFunction<StreamRecord<K, I>, StreamRecord<K, O>> {
  return mapOrdered((value: I) => model.apply(value), { name: model.name });
}
