import { error } from '../../errors.js';
import type { Log, Reader } from '../../log/log.js';
import { addScaled } from '../solve/vector-math.js';
import { decodeFitReply, encodeFit, FIT_REPLIES_TOPIC, FIT_REQUESTS_TOPIC, type FitQuestion, type FitReply } from './fit-messages.js';

/** Asks all shards of a fit one question after the other. */
export class ShardRounds {
  private step = 0;

  private constructor(
    private readonly log: Log,
    private readonly fit: string,
    private readonly shards: number,
    private readonly reader: Reader,
    private readonly signal: AbortSignal | undefined,
  ) {}

  static async open(log: Log, fit: string, shards: number, signal?: AbortSignal): Promise<ShardRounds> {
    const ends = (await log.bounds(FIT_REPLIES_TOPIC)).map(({ partition, latest }) => ({
      topic: FIT_REPLIES_TOPIC,
      partition,
      offset: latest,
    }));
    return new ShardRounds(log, fit, shards, await log.reader(ends), signal);
  }

  /** The shards' sums, added in the order of the shards: equal rows give equal bytes. Throws HW_FIT_SHARD. */
  async ask(question: FitQuestion): Promise<Record<string, Float64Array>> {
    const { fit, shards } = this;
    const step = this.step++;
    const value = encodeFit({ fit, step, question });
    const key = Buffer.from(fit);
    await this.log.append(Array.from({ length: shards }, (_, partition) => ({ topic: FIT_REQUESTS_TOPIC, partition, key, value })));
    const replies = new Map<number, FitReply>();
    while (replies.size < shards) {
      this.signal?.throwIfAborted();
      for (const record of await this.reader.fetch({ waitMs: 500, ...(this.signal && { signal: this.signal }) })) {
        const reply = decodeFitReply(record.value);
        if (reply?.fit === fit && reply.step === step) replies.set(reply.shard, reply);
      }
    }
    const totals: Record<string, Float64Array> = {};
    for (let shard = 0; shard < shards; shard++) {
      const { failure, sums } = replies.get(shard)!;
      if (failure !== undefined) throw error('HW_FIT_SHARD', { fit, shard, reason: failure });
      for (const [name, values] of Object.entries(sums)) addScaled((totals[name] ??= new Float64Array(values.length)), 1, values);
    }
    return totals;
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}
