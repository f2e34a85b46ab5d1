import { expect, it, onTestFinished } from 'vitest';

import { fitOnLog, openLog, readRecords, type Log } from '../../src/index.js';
import { decodeFitReply, FIT_REPLIES_TOPIC, type FitReply } from '../../src/ml/tuning/fit-messages.js';
import { fitOptions, fitRows } from '../fixtures/fit-shards.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';
import { Workers } from './kafka-workers.js';

async function repliesOf(log: Log, fit: string): Promise<FitReply[]> {
  const found: FitReply[] = [];
  for await (const { value } of readRecords(log, FIT_REPLIES_TOPIC)) found.push(decodeFitReply(value)!);
  return found.filter((reply) => reply.fit === fit);
}

describeKafka('a data-parallel fit on Kafka', () => {
  it('reaches the optimum of one machine with three processes, one of which is killed at work', async () => {
    const { brokers } = await sharedKafka();
    const location = `kafka://${brokers.join(',')}`;
    const fit = 'three-processes';
    const workers = new Workers('fit-worker.js', [location, fit], ['a', 'b', 'c']);
    const log = await openLog(location);
    onTestFinished(() => log.close());
    const fitting = fitOnLog(log, fit, fitOptions);
    const stepsOf = async () => Math.max(0, ...(await repliesOf(log, fit)).map(({ step }) => step));
    await expect.poll(stepsOf, { timeout: 60_000 }).toBeGreaterThan(2);
    const { worker: victim, shard } = (await repliesOf(log, fit)).at(-1)!;
    await workers.kill(victim);
    const model = await fitting;
    const replies = await repliesOf(log, fit);
    const heirs = new Set(replies.filter((reply) => reply.shard === shard).map(({ worker }) => worker));
    expect(heirs.size).toBeGreaterThanOrEqual(2);
    const alone = await fitOptions.estimator.fit(fitRows(0, 1));
    const scale = Math.max(...alone.learned.coefficients.map(Math.abs));
    alone.learned.coefficients.forEach((value, i) => expect(Math.abs(model.learned.coefficients[i]! - value)).toBeLessThan(1e-6 * scale));
  });
});
