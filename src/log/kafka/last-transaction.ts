import type { TopicPartition } from '../../record.js';
import type { TransactionCoordinator } from './transaction-coordinator.js';

/**
 * The newest transaction of a transactional id, until its markers are known to be written.
 *
 * A lone broker that is killed between a transaction's decision and its markers may forget the markers when it comes back, also where it had answered the
 * commit (seen on Apache Kafka 4.3.1: while a partition has no leader, the coordinator takes it for deleted and completes the transaction without it). The
 * records then hang: readers wait before them for good, or the producer's next marker decides about them. So the next transaction begins only when a broker that
 * was not started anew meanwhile has said that the one before is complete, or after its markers were written again.
 */
export class LastTransaction {
  #places: readonly TopicPartition[] = [];
  /** `undefined`: not known. */
  #committed: boolean | undefined;
  #connections = 0;
  #complete: Promise<boolean> = Promise.resolve(true);

  constructor(
    private readonly coordinator: TransactionCoordinator,
    readonly transactionalId: string,
    private readonly group: string,
    private readonly ms: number,
  ) {}

  /** A transaction is about to write to `places`. */
  begin(places: readonly TopicPartition[]): void {
    this.#places = places.map(({ topic, partition }) => ({ topic, partition }));
    this.#committed = undefined;
    this.#connections = this.coordinator.connections;
    this.#complete = Promise.resolve(false);
  }

  /** It was committed, or else aborted. Without this call it is in doubt. */
  end(committed: boolean): void {
    this.#committed = committed;
    this.#complete = this.coordinator.committed(this.transactionalId, this.ms).then(
      () => this.coordinator.connections === this.#connections,
      () => false,
    );
  }

  /** Whether all of its markers are written. */
  async isComplete(): Promise<boolean> {
    return await this.#complete;
  }

  /** Sees to it that all of its markers are written, and that the coordinator is connected. Fences the producer of what was not complete. */
  async settle(): Promise<void> {
    const { coordinator, transactionalId, group, ms } = this;
    const committed = await coordinator.committed(transactionalId, ms);
    if (await this.#complete) return;
    this.#committed ??= committed;
    await coordinator.mark(transactionalId, group, this.#places, this.#committed, ms);
    this.#complete = Promise.resolve(true);
  }
}
