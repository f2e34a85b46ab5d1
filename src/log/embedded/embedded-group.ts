import { error } from '../../errors.js';
import { assignPartitions } from '../group-assignment.js';
import type { JoinOptions } from '../log.js';
import type { EmbeddedLease } from './embedded-lease.js';

interface Member {
  readonly options: JoinOptions;
  readonly partitions: number;
  readonly leases: Map<number, EmbeddedLease>;
}

/** What a group needs of its log. */
export interface GroupHost {
  claim(): Promise<number>;
  release(): Promise<void>;
  lease(topics: readonly string[], partition: number, epoch: number): EmbeddedLease;
}

/** The members of one consumer group in this process. Members with the same topics share their partitions; other topics are shared apart. */
export class EmbeddedGroup {
  readonly #members = new Set<Member>();
  #rebalances: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly host: GroupHost,
  ) {}

  get empty(): boolean {
    return this.#members.size === 0;
  }

  async join(options: JoinOptions, partitions: number): Promise<() => Promise<void>> {
    const member: Member = { options, partitions, leases: new Map() };
    await this.#rebalance(() => {
      this.#checkTopics(options.topics);
      this.#members.add(member);
    });
    return async () => {
      if (!this.#members.has(member)) return;
      await this.#rebalance(async () => {
        this.#members.delete(member);
        await revoke(member, [...member.leases.keys()]);
      });
    };
  }

  /** Ends all memberships, because the group went to another process. */
  fail(reason: unknown): void {
    for (const member of this.#members) {
      this.#members.delete(member);
      for (const lease of member.leases.values()) void lease.revoke();
      member.options.onError?.(reason);
    }
  }

  async leaveAll(): Promise<void> {
    await this.#rebalance(async () => {
      for (const member of this.#members) await revoke(member, [...member.leases.keys()]);
      this.#members.clear();
    });
  }

  #rebalance(change: () => void | Promise<void>): Promise<void> {
    const done = this.#rebalances.then(async () => {
      await change();
      if (this.empty) await this.host.release();
      else await this.#share();
    });
    this.#rebalances = done.catch(() => undefined);
    return done;
  }

  async #share(): Promise<void> {
    let epoch: number;
    try {
      epoch = await this.host.claim();
    } catch (reason) {
      this.#members.clear();
      throw reason;
    }
    for (const members of this.#bySubscription()) {
      const owned = members.map((member) => [...member.leases.keys()]);
      const assigned = assignPartitions(members[0]!.partitions, owned);
      for (const [i, member] of members.entries()) {
        await revoke(
          member,
          owned[i]!.filter((partition) => !assigned[i]!.includes(partition)),
        );
      }
      for (const [i, member] of members.entries()) {
        for (const partition of assigned[i]!) {
          if (member.leases.has(partition)) continue;
          const lease = this.host.lease(member.options.topics, partition, epoch);
          member.leases.set(partition, lease);
          member.options.onAssigned(lease);
        }
      }
    }
  }

  #bySubscription(): Member[][] {
    const lists = new Map<string, Member[]>();
    for (const member of this.#members) {
      const key = subscription(member.options.topics);
      lists.set(key, [...(lists.get(key) ?? []), member]);
    }
    return [...lists.values()];
  }

  #checkTopics(topics: readonly string[]): void {
    for (const { options } of this.#members) {
      if (subscription(options.topics) === subscription(topics) || !options.topics.some((topic) => topics.includes(topic))) continue;
      throw error('HW_GROUP_TOPICS', { group: this.name, topics: topics.join(', '), others: options.topics.join(', ') });
    }
  }
}

function subscription(topics: readonly string[]): string {
  return [...topics].sort().join(' ');
}

async function revoke(member: Member, partitions: readonly number[]): Promise<void> {
  for (const partition of partitions) {
    const lease = member.leases.get(partition)!;
    member.leases.delete(partition);
    await lease.revoke();
  }
}
