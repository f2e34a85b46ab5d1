import type { Cluster } from 'kafkajs';
import type { LogRecord } from '../../record.js';
import { fetchBudget, type FetchBudget } from '../fetch-limits.js';
import type { FetchLimits } from '../log.js';
import { mergeByTime } from '../merge-by-time.js';
import { Bell } from './bell.js';
import type { FetchedPartition } from './committed-records.js';
import { withDeadline } from './deadline.js';
import { Flow } from './flow.js';
import { isPassing, kafkaFailure, protocolErrorOf } from './kafka-failure.js';
import { answerMs, type ProtocolCluster } from './kafka-client.js';
import type { ResolvedKafkaOptions } from './kafka-options.js';
import { listOffsets } from './offsets.js';

/** How long the broker may hold an answer back while nothing comes in: what a new partition or a seek may have to wait. */
const idleWaitMs = 200;
/** The same while a full partition is left out of the question and may want more at any moment. */
const busyWaitMs = 10;
/** A transaction that was committed just now gets its marker within milliseconds. */
const settleMs = 300;
const readCommitted = 1;

/**
 * Keeps flows filled, ahead of their readers and within the byte budget: one request at a time to each leader, for all partitions that it leads.
 * It asks on connections of its own, because a request that waits at the broker holds up everything behind it.
 */
export class Fetcher {
  readonly #flows = new Set<Flow>();
  readonly #pumps = new Set<number>();
  readonly #bell = new Bell();
  #failure: unknown;
  #failingSince: number | undefined;
  #closed = false;

  constructor(
    private readonly log: string,
    private readonly cluster: Cluster,
    private readonly control: ProtocolCluster,
    private readonly options: ResolvedKafkaOptions,
  ) {}

  async add(flows: readonly Flow[]): Promise<void> {
    await this.cluster.addMultipleTargetTopics([...new Set(flows.map(({ topic }) => topic))]);
    for (const flow of flows) this.#flows.add(flow);
    this.#startPumps();
    this.#bell.ring();
  }

  remove(flows: readonly Flow[]): void {
    for (const flow of flows) this.#flows.delete(flow);
    this.#bell.ring();
  }

  seek(flow: Flow, offset: number): void {
    flow.seek(offset);
    this.#bell.ring();
  }

  /** The next records of `flows`, the older event time first. A flow that is empty though the broker has more is waited for, so that the order does not depend on the network. */
  async next(flows: readonly Flow[], limits: FetchLimits = {}): Promise<LogRecord[]> {
    const { waitMs = 0, signal } = limits;
    const budget = fetchBudget(limits);
    const deadline = Date.now() + waitMs;
    for (;;) {
      const taken = takeByTime(flows, budget);
      if (taken.length > 0) {
        this.#bell.ring();
        return taken;
      }
      if (this.#failure !== undefined) throw kafkaFailure(this.log, this.#failure);
      if (signal?.aborted === true || this.#isOver(flows)) return [];
      const more = flows.some(({ caughtUp }) => !caughtUp);
      const left = deadline - Date.now();
      if (!more && left <= 0) return [];
      await this.#bell.wait(more ? 60_000 : left, signal);
    }
  }

  /** Whether everything that is there has been handed out. A transaction that is still open counts as more to come. */
  async atEnd(flows: readonly Flow[]): Promise<boolean> {
    if (flows.some(({ head }) => head !== undefined)) return false;
    const ends = await listOffsets(this.control, flows);
    const deadline = Date.now() + settleMs;
    for (;;) {
      if (flows.some(({ head }) => head !== undefined)) return false;
      if (flows.every(({ position }, i) => position >= ends[i]!)) return true;
      if (this.#failure !== undefined) throw kafkaFailure(this.log, this.#failure);
      const open = flows.every(({ position, caughtUp }, i) => caughtUp || position >= ends[i]!);
      if (this.#isOver(flows) || (open && Date.now() >= deadline)) return false;
      await this.#bell.wait(open ? deadline - Date.now() : 60_000);
    }
  }

  /** The connections close when the broker has answered the last request, which nobody waits for. */
  close(): void {
    this.#closed = true;
    this.#bell.ring();
    void this.cluster.disconnect().catch(() => undefined);
  }

  #isOver(flows: readonly Flow[]): boolean {
    return this.#closed || !flows.every((flow) => this.#flows.has(flow));
  }

  #startPumps(): void {
    for (const leader of new Set([...this.#flows].map((flow) => this.#leaderOf(flow)))) {
      if (this.#pumps.has(leader)) continue;
      this.#pumps.add(leader);
      void this.#pump(leader);
    }
  }

  #leaderOf({ topic, partition }: Flow): number {
    try {
      return this.cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
    } catch {
      return -1; // No metadata: the pump of node -1 fetches it.
    }
  }

  async #pump(leader: number): Promise<void> {
    while (!this.#closed) {
      const led = [...this.#flows].filter((flow) => this.#leaderOf(flow) === leader);
      if (led.length === 0) {
        this.#pumps.delete(leader);
        this.#startPumps(); // metadata may have come in by another way than #recover: somebody else leads now
        return;
      }
      const wanted = this.#wanted(led);
      if (wanted.length === 0) {
        await this.#bell.wait(60_000);
        continue;
      }
      try {
        await withDeadline(answerMs, this.#fetch(leader, wanted, led));
        this.#failingSince = undefined;
      } catch (reason) {
        await this.#recover(reason);
      }
      this.#bell.ring();
    }
  }

  /** Empty flows always, so that none starves; others while they and all together are within the budget. */
  #wanted(led: readonly Flow[]): Flow[] {
    const alone = led.find((flow) => flow.alone && flow.head === undefined);
    if (alone !== undefined) return [alone];
    let held = 0;
    for (const { bytes } of this.#flows) held += bytes;
    const { maxPartitionFetchBytes, bufferBytes } = this.options;
    return led.filter(({ bytes }) => bytes === 0 || (bytes < maxPartitionFetchBytes && held < bufferBytes));
  }

  async #fetch(leader: number, wanted: readonly Flow[], led: readonly Flow[]): Promise<void> {
    const asked = wanted.map((flow) => ({ flow, seeks: flow.seeks, position: flow.position }));
    const hurry = wanted.some(({ caughtUp }) => !caughtUp);
    const broker = await this.cluster.findBroker({ nodeId: String(leader) });
    const answer = (await broker.fetch({
      isolationLevel: readCommitted,
      minBytes: 1,
      maxWaitTime: hurry ? 0 : wanted.length < led.length ? busyWaitMs : idleWaitMs,
      maxBytes: this.options.bufferBytes / 2,
      topics: asked.map(({ flow, position }) => ({
        topic: flow.topic,
        partitions: [{ partition: flow.partition, fetchOffset: String(position), maxBytes: this.options.maxPartitionFetchBytes }],
      })),
    })) as { responses: { topicName: string; partitions: FetchedPartition[] }[] };
    for (const { topicName, partitions } of answer.responses) {
      for (const fetched of partitions) {
        const question = asked.find(({ flow }) => flow.topic === topicName && flow.partition === fetched.partition);
        if (question !== undefined && question.flow.seeks === question.seeks) question.flow.receive(fetched, asked.length === 1);
      }
    }
  }

  async #recover(reason: unknown): Promise<void> {
    if (this.#closed) return;
    try {
      if (protocolErrorOf(reason) === 'OFFSET_OUT_OF_RANGE') {
        await this.#intoRange();
        return;
      }
      const since = (this.#failingSince ??= Date.now());
      const passes = isPassing(reason) || protocolErrorOf(reason) === 'UNKNOWN_TOPIC_OR_PARTITION';
      if (!passes || Date.now() - since > this.options.deliveryTimeoutMs) this.#failure = reason;
      await this.#bell.wait(100);
      await withDeadline(answerMs, this.cluster.refreshMetadata());
      this.#startPumps();
    } catch {
      // The next round fails again and counts on; the first reason is the one to report.
    }
  }

  /**
   * Retention has overtaken a flow: on from the oldest record there is. Never back: a broker that restarts says for a moment that its log ends before what
   * was read already (its high watermark comes from a checkpoint), and going there would read it twice.
   */
  async #intoRange(): Promise<void> {
    const flows = [...this.#flows];
    const starts = await listOffsets(this.control, flows, 'earliest');
    for (const [i, flow] of flows.entries()) flow.position = Math.max(flow.position, starts[i]!);
    await this.#bell.wait(100);
  }
}

/** Stops where a flow has run dry that the broker has more of. */
function takeByTime(flows: readonly Flow[], budget: FetchBudget): LogRecord[] {
  const dry = (): boolean => flows.some(({ head, caughtUp }) => head === undefined && !caughtUp);
  return mergeByTime(
    flows.map((flow) => ({ peek: () => (dry() ? undefined : flow.head), shift: () => flow.take() })),
    budget,
  );
}
