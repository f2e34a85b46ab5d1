import { defer, filter, type OperatorFunction } from 'rxjs';

import type { RowTransformer } from '../ml/row-transformer.js';
import type { StreamRecord } from '../record.js';
import { currentTask } from '../topology/task-context.js';
import { mapOrdered } from './map-ordered.js';

/**
 * Sends every value through a model and emits its answer under the same key and time, in order. The model batches rows of all tasks of the process by
 * itself; a row on which it fails is taken out alone, by the app's error policy. A row that a stage leaves out (`handleInvalid: 'skip'`) gives no
 * record; its input is done with, and `headwater_skipped_records_total` counts it.
 *
 * @example images.pipe(transform(models.featurizer('EfficientNetLite0')))
 */
export function transform<K, I, O>(model: RowTransformer<I, O | undefined>): OperatorFunction<StreamRecord<K, I>, StreamRecord<K, O>> {
  const answers = mapOrdered<K, I, O | undefined>((value) => model.apply(value), { name: model.name });
  return (source) =>
    defer(() => {
      const task = currentTask(model.name);
      const isAnswered = (record: StreamRecord<K, O | undefined>): record is StreamRecord<K, O> => {
        if (record.value === undefined) task.countSkipped(model.name);
        return record.value !== undefined;
      };
      return source.pipe(answers, filter(isAnswered));
    });
}
