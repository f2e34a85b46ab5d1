import { expect, it, onTestFinished } from 'vitest';

import { openLog, readRecords, searchOnLog } from '../../src/index.js';
import { evaluateGrid } from '../../src/ml/selection/evaluate-grid.js';
import { decodeResult, RESULTS_TOPIC, type TrialResult } from '../../src/ml/tuning/trials.js';
import { tuningTask } from '../fixtures/tuning-task.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';
import { Workers } from './kafka-workers.js';

describeKafka('tuning on Kafka', () => {
  it('finds the table of one process with three, one of which is killed at work', async () => {
    const { brokers } = await sharedKafka();
    const location = `kafka://${brokers.join(',')}`;
    const search = 'three-processes';
    const workers = new Workers('tuning-worker.js', [location, search], ['a', 'b', 'c']);
    const log = await openLog(location);
    onTestFinished(() => log.close());
    const seen = async (): Promise<TrialResult[]> => {
      const results: TrialResult[] = [];
      for await (const { value } of readRecords(log, RESULTS_TOPIC)) results.push(decodeResult(value)!);
      return results.filter((result) => result.search === search);
    };
    let killed: Promise<string> | undefined;
    const kill = async (): Promise<string> => {
      const { worker } = (await seen())[0]!;
      await workers.kill(worker);
      return worker;
    };
    const task = tuningTask();
    const onProgress = (done: number, total: number) => {
      if (done > 0 && done < total) killed ??= kill();
    };
    const results = await searchOnLog(log, search, { ...task, onProgress });
    const victim = await killed;
    const done = await seen();
    expect(victim).toBeDefined();
    expect(new Set(done.map(({ worker }) => worker)).size).toBeGreaterThanOrEqual(2);
    expect(done).toHaveLength(60);
    const alone = await evaluateGrid(tuningTask());
    expect(results.best()).toBe(alone.best());
    for (const point of alone.points) expect(results.mean(point.index)).toBeCloseTo(alone.mean(point.index), 3);
  });
});
