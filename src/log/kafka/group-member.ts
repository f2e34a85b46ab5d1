import { error } from '../../errors.js';
import type { JoinOptions, Membership, Position } from '../log.js';
import { Bell } from './bell.js';
import { atLeastOnce, transactionalIdOf, type CommitterContext } from './committers.js';
import { disconnect, withDeadline } from './deadline.js';
import { Fetcher } from './fetcher.js';
import { Flow } from './flow.js';
import { GroupSession } from './group-session.js';
import { askCoordinator, type ProtocolCluster } from './kafka-client.js';
import { isFenced, isPassing, kafkaFailure, protocolErrorOf } from './kafka-failure.js';
import { KafkaLease } from './kafka-lease.js';
import { LastTransaction } from './last-transaction.js';
import { byTopic, listOffsets } from './offsets.js';
import type { TransactionCoordinator } from './transaction-coordinator.js';
import { TransactionalCommitter } from './transactional-committer.js';

/** Epochs of a partition grow with the group's generation and, within one, with every lease that replaces a broken one. */
const epochsPerGeneration = 1_000_000;

/** A partition that the group gave to this member; its lease once that is open. */
interface Holding {
  lease?: KafkaLease;
  readonly givenUp: AbortController;
}

export interface MemberParts extends Omit<CommitterContext, 'commitOffsets' | 'group'> {
  readonly join: JoinOptions;
  /** For heartbeats; for fetching; for offsets: each on connections of its own. */
  readonly clusters: { readonly group: ProtocolCluster; readonly fetch: ProtocolCluster; readonly offsets: ProtocolCluster };
  readonly transactions: TransactionCoordinator;
  readonly partitionCount: (topic: string) => Promise<number>;
}

/** One member of a consumer group: keeps its session alive in the background, whatever its leases do, and opens and takes away leases. */
export class GroupMember implements Membership {
  readonly #parts: MemberParts;
  readonly #session: GroupSession;
  readonly #fetcher: Fetcher;
  readonly #held = new Map<number, Holding>();
  /** By partition of the inputs, for all leases on it. */
  readonly #lastTransactions = new Map<number, LastTransaction>();
  readonly #bell = new Bell();
  /** Leases that were given up and still end their last commit, by partition. */
  readonly #closing = new Map<number, Promise<void>>();
  #renewals = 0;
  #sessionEnd: NodeJS.Timeout | undefined;
  #settled = false;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: MemberParts) {
    this.#parts = parts;
    const { client, options, join, clusters, partitionCount } = parts;
    this.#session = new GroupSession(clusters.group, options, join.group, join.topics, () => partitionCount(join.topics[0]!));
    this.#fetcher = new Fetcher(client.name, clusters.fetch, clusters.offsets, options);
  }

  /** Resolves when the group has answered for the first time. */
  async start(): Promise<void> {
    const deadline = Date.now() + this.#parts.options.sessionTimeoutMs;
    while (!this.#settled) {
      try {
        await this.#rejoin();
      } catch (reason) {
        if (this.#isOvertaken(reason) && Date.now() < deadline) continue;
        // A fresh cluster makes its coordinators when they are first asked for.
        if (!isPassing(reason) || Date.now() > deadline) {
          this.#ending.abort();
          await this.#disconnect();
          throw kafkaFailure(this.#parts.client.name, reason);
        }
        await this.#bell.wait(100);
        await this.#session.reconnect().catch(() => undefined);
      }
    }
    this.#running = this.#run();
  }

  async leave(): Promise<void> {
    if (this.#isOver()) return;
    await this.#end();
    // Not over the group's connection: a join that waits for other members would hold it up there.
    const { clusters, join } = this.#parts;
    const { memberId } = this.#session;
    await askCoordinator(clusters.offsets, join.group, (broker) => broker.leaveGroup({ groupId: join.group, memberId })).catch(
      () => undefined,
    );
    await this.#disconnect();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { heartbeatIntervalMs } = this.#parts.options;
    while (!this.#isOver()) {
      try {
        if (!this.#settled) await this.#rejoin();
        await this.#bell.wait(heartbeatIntervalMs);
        if (this.#isOver()) return;
        await this.#session.heartbeat();
        this.#watchSession();
      } catch (reason) {
        await this.#recover(reason);
      }
    }
  }

  async #rejoin(): Promise<void> {
    const partitions = await this.#session.join();
    this.#watchSession();
    this.#settled = true;
    for (const partition of this.#held.keys()) if (!partitions.includes(partition)) this.#giveUp(partition);
    for (const partition of partitions) if (!this.#held.has(partition)) this.#open(partition);
    this.#bell.ring();
  }

  async #recover(reason: unknown): Promise<void> {
    if (this.#isOver()) return;
    this.#settled = false;
    if (this.#isOvertaken(reason)) return;
    if (!isPassing(reason)) {
      await this.#fail(reason);
      return;
    }
    await this.#bell.wait(100);
    await this.#session.reconnect().catch(() => undefined); // The next round tries again.
  }

  /** Whether the group has moved on, so that this member has to join again: as a new one where the group has dropped it. */
  #isOvertaken(reason: unknown): boolean {
    const type = protocolErrorOf(reason);
    if (type === 'REBALANCE_IN_PROGRESS') return true;
    if (type !== 'UNKNOWN_MEMBER_ID' && type !== 'ILLEGAL_GENERATION') return false;
    this.#giveUpAll();
    this.#session.forget();
    return true;
  }

  /** The partitions of a session that is not confirmed in time may be somebody else's already: only joining again says whose they are. */
  #watchSession(): void {
    clearTimeout(this.#sessionEnd);
    const left = this.#session.confirmedAt + this.#parts.options.sessionTimeoutMs - Date.now();
    this.#sessionEnd = setTimeout(() => {
      this.#settled = false;
      this.#giveUpAll();
    }, left);
  }

  #open(partition: number): void {
    const holding: Holding = { givenUp: new AbortController() };
    this.#held.set(partition, holding);
    const epoch = this.#session.generation * epochsPerGeneration + this.#renewals++;
    void this.#openLease(partition, epoch, holding);
  }

  /** Until it succeeds or the partition is given up: brokers may be away for a while. */
  async #openLease(partition: number, epoch: number, holding: Holding): Promise<void> {
    const { join, options } = this.#parts;
    const { signal } = holding.givenUp;
    const givenUp = (): boolean => signal.aborted;
    while (!givenUp()) {
      try {
        const lease = await withDeadline(options.deliveryTimeoutMs, this.#lease(partition, epoch, holding));
        if (givenUp()) await lease.close();
        else join.onAssigned((holding.lease = lease));
        return;
      } catch (reason) {
        // A producer that is fenced here has met the next owner, or its own earlier self: the group says whose the partition is.
        if (!isPassing(reason) && !isFenced(reason)) {
          await this.#fail(reason);
          return;
        }
        await this.#bell.wait(200, signal);
      }
    }
  }

  async #lease(partition: number, epoch: number, holding: Holding): Promise<KafkaLease> {
    const { client, join } = this.#parts;
    await this.#closing.get(partition); // Only when its last commit has ended is it known whether that is in doubt.
    const context = this.#context(partition, holding);
    const committer =
      join.delivery === 'at-least-once'
        ? atLeastOnce(context)
        : await TransactionalCommitter.open(context, this.#lastTransaction(partition));
    try {
      const flows = await this.#flows(partition);
      await this.#fetcher.add(flows);
      return new KafkaLease({
        ...{ log: client.name, group: join.group, partition, epoch, flows, fetcher: this.#fetcher, committer },
        onBroken: () => this.#renew(partition, holding),
      });
    } catch (reason) {
      await committer.close();
      throw reason;
    }
  }

  #context(partition: number, holding: Holding): CommitterContext {
    const { client, options, placement, appender, join } = this.#parts;
    const commitOffsets = (positions: readonly Position[]) => this.#commitOffsets(partition, holding, positions);
    return { client, options, placement, appender, group: join.group, commitOffsets };
  }

  async #flows(partition: number): Promise<Flow[]> {
    const { clusters, join } = this.#parts;
    const places = join.topics.map((topic) => ({ topic, partition }));
    const { responses } = await askCoordinator(clusters.offsets, join.group, (broker) =>
      broker.offsetFetch({ groupId: join.group, topics: byTopic(places.map((place) => ({ ...place, offset: 0 }))) }),
    );
    const starts = await listOffsets(clusters.offsets, places, 'earliest');
    return places.map(({ topic }, i) => {
      const committed = Number(responses.find((one) => one.topic === topic)?.partitions[0]?.offset ?? -1);
      return new Flow(topic, partition, committed < 0 ? starts[i]! : committed);
    });
  }

  /** Carries the generation, so that the broker refuses it once the group has moved on; tried again where this member still owns the partition then. */
  async #commitOffsets(partition: number, holding: Holding, positions: readonly Position[]): Promise<void> {
    const { clusters, join, options } = this.#parts;
    const deadline = Date.now() + options.deliveryTimeoutMs;
    for (;;) {
      if (holding.givenUp.signal.aborted) throw error('HW_LEASE_LOST', { partition, group: join.group });
      const { memberId, generation } = this.#session;
      try {
        await askCoordinator(clusters.offsets, join.group, (broker) =>
          broker.offsetCommit({ groupId: join.group, groupGenerationId: generation, memberId, topics: byTopic(positions) }),
        );
        return;
      } catch (reason) {
        const rebalancing = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'].includes(protocolErrorOf(reason) ?? '');
        if ((!rebalancing && !isPassing(reason)) || Date.now() > deadline) throw reason;
        await this.#bell.wait(100, holding.givenUp.signal);
      }
    }
  }

  #lastTransaction(partition: number): LastTransaction {
    const { transactions, join, options } = this.#parts;
    const known = this.#lastTransactions.get(partition);
    if (known !== undefined) return known;
    const last = new LastTransaction(transactions, transactionalIdOf(join.group, partition), join.group, options.deliveryTimeoutMs);
    this.#lastTransactions.set(partition, last);
    return last;
  }

  #renew(partition: number, holding: Holding): void {
    if (this.#held.get(partition) !== holding) return;
    this.#giveUp(partition);
    this.#open(partition);
  }

  #giveUp(partition: number): void {
    const holding = this.#held.get(partition);
    this.#held.delete(partition);
    holding?.givenUp.abort();
    holding?.lease?.lose();
    const closing = Promise.all([this.#closing.get(partition), holding?.lease?.close()]).then(() => {
      if (this.#closing.get(partition) === closing) this.#closing.delete(partition);
    });
    this.#closing.set(partition, closing);
  }

  #isOver(): boolean {
    return this.#ending.signal.aborted;
  }

  #giveUpAll(): void {
    for (const partition of [...this.#held.keys()]) this.#giveUp(partition);
  }

  async #fail(reason: unknown): Promise<void> {
    if (this.#isOver()) return;
    await this.#end();
    await this.#disconnect();
    this.#parts.join.onError?.(kafkaFailure(this.#parts.client.name, reason));
  }

  async #end(): Promise<void> {
    this.#ending.abort();
    clearTimeout(this.#sessionEnd);
    this.#giveUpAll();
    this.#bell.ring();
    await Promise.all(this.#closing.values());
  }

  async #disconnect(): Promise<void> {
    this.#fetcher.close();
    await Promise.all([disconnect(this.#parts.clusters.group), this.#parts.transactions.disconnect()]);
  }
}
