import type { Cluster } from 'kafkajs';
import { decodeAssignment, encodeAssignments, encodeSubscription, protocolName } from './copartition-assigner.js';
import { withDeadline } from './deadline.js';
import { answerMs, coordinatorOf, type GroupBroker } from './kafka-client.js';
import type { ResolvedKafkaOptions } from './kafka-options.js';

/** How long a member may take to come back into a rebalance. Ours answer at once: what an epoch does meanwhile is none of the group's business. */
const rebalanceTimeoutMs = 60_000;

/** The group protocol of one member: join, sync, heartbeat, leave (Kafka's classic protocol). */
export class GroupSession {
  memberId = '';
  generation = -1;
  partitions: readonly number[] = [];
  /** When the request was sent that the coordinator confirmed this member with: its session lasts at least from then on. */
  confirmedAt = 0;
  #coordinator: GroupBroker | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: ResolvedKafkaOptions,
    readonly groupId: string,
    private readonly topics: readonly string[],
    private readonly partitionCount: () => Promise<number>,
  ) {}

  /** Resolves with the partition numbers that this member owns from now on. */
  async join(): Promise<readonly number[]> {
    return await withDeadline(2 * rebalanceTimeoutMs, this.#join());
  }

  async heartbeat(): Promise<void> {
    await withDeadline(answerMs, this.#heartbeat());
  }

  /** The group has dropped this member: it comes back as a new one. */
  forget(): void {
    this.memberId = '';
    this.generation = -1;
    this.partitions = [];
  }

  /** The next call looks for the coordinator again. */
  async reconnect(): Promise<void> {
    this.#coordinator = undefined;
    await withDeadline(answerMs, this.cluster.refreshMetadata());
  }

  async #join(): Promise<readonly number[]> {
    const broker = await this.#broker();
    const joined = await broker.joinGroup({
      groupId: this.groupId,
      memberId: this.memberId,
      sessionTimeout: this.options.sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      groupProtocols: [{ name: protocolName, metadata: encodeSubscription(this.topics, this.generation, this.partitions) }],
    });
    this.memberId = joined.memberId;
    const leads = joined.leaderId === joined.memberId;
    // Not before the answer to the join: that one may have waited for a dead member's session to end, and this member's begins after it.
    const sent = Date.now();
    const { memberAssignment } = await broker.syncGroup({
      groupId: this.groupId,
      generationId: joined.generationId,
      memberId: joined.memberId,
      groupAssignment: leads ? encodeAssignments(joined.members, this.topics, await this.partitionCount()) : [],
    });
    // Only now: a commit for a partition that this assignment takes away must still carry the old generation.
    this.generation = joined.generationId;
    this.partitions = decodeAssignment(memberAssignment, this.topics);
    this.confirmedAt = sent;
    return this.partitions;
  }

  async #heartbeat(): Promise<void> {
    const broker = await this.#broker();
    const sent = Date.now();
    await broker.heartbeat({ groupId: this.groupId, groupGenerationId: this.generation, memberId: this.memberId });
    this.confirmedAt = sent;
  }

  async #broker(): Promise<GroupBroker> {
    if (this.#coordinator?.isConnected() !== true) this.#coordinator = await coordinatorOf(this.cluster, this.groupId);
    return this.#coordinator;
  }
}
