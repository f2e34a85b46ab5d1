import type { Log } from '../../log/log.js';
import { resultsOf } from '../selection/evaluate-grid.js';
import type { FoldScore, GridTask } from '../selection/grid-task.js';
import type { SearchResults } from '../selection/search-results.js';
import { decodeResult, encodeTrial, RESULTS_TOPIC, scoreOf, TRIALS_TOPIC, tuningTopics, type Trial } from './trials.js';

export interface SearchOnLogOptions {
  /** Partitions of the trials where they do not exist yet. Default 8. */
  readonly partitions?: number;
  readonly signal?: AbortSignal;
}

/**
 * Hands a grid's trials to whatever workers there are and waits for all results: the table is the one of a search in one process.
 * Called again with the name of a search that was cut off, it asks only for what is missing.
 */
export async function searchOnLog(
  log: Log,
  search: string,
  task: GridTask,
  { partitions = 8, signal }: SearchOnLogOptions = {},
): Promise<SearchResults> {
  await log.createTopics(tuningTopics(partitions));
  const wanted = task.paramMaps.flatMap((_, point) => task.folds.map((_fold, fold): Trial => ({ search, point, fold })));
  const found = new Map<string, FoldScore>();
  const reader = await log.reader(
    (await log.bounds(RESULTS_TOPIC)).map(({ partition, earliest }) => ({ topic: RESULTS_TOPIC, partition, offset: earliest })),
  );
  const read = async (waitMs: number) => {
    for (const { value } of await reader.fetch({ waitMs, ...(signal && { signal }) })) {
      const result = decodeResult(value);
      if (result?.search === search) found.set(keyOf(result), scoreOf(result));
    }
  };
  try {
    while (!(await reader.atEnd())) await read(0);
    const missing = wanted.filter((trial) => !found.has(keyOf(trial)));
    await log.append(missing.map((trial) => ({ topic: TRIALS_TOPIC, key: Buffer.from(keyOf(trial)), value: encodeTrial(trial) })));
    while (found.size < wanted.length) {
      signal?.throwIfAborted();
      await read(500);
      task.onProgress?.(found.size, wanted.length);
    }
  } finally {
    await reader.close();
  }
  return resultsOf(task, [...found.values()]);
}

function keyOf({ point, fold }: Trial): string {
  return `${point}/${fold}`;
}
