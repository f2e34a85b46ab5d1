import type { Position } from '../../log/log.js';
import { partitionName, type TopicPartition } from '../../record.js';

interface Progress {
  committed: number;
  /** One past the last record that put() took. */
  current: number;
}

/** How far a sink task is in each of its partitions. */
export class SinkOffsets {
  readonly #progress = new Map<string, Progress>();

  assigned(position: Position): void {
    this.#progress.set(partitionName(position), { committed: position.offset, current: position.offset });
  }

  forget(partition: TopicPartition): void {
    this.#progress.delete(partitionName(partition));
  }

  consumed(positions: readonly Position[]): void {
    for (const position of positions) {
      const progress = this.#progress.get(partitionName(position));
      if (progress) progress.current = position.offset;
    }
  }

  /** The task itself asked to read on from here. */
  moved(position: Position): void {
    const progress = this.#progress.get(partitionName(position));
    if (progress) progress.current = position.offset;
  }

  current(partitions: readonly TopicPartition[]): Position[] {
    return partitions.flatMap((partition) => {
      const progress = this.#progress.get(partitionName(partition));
      return progress ? [{ ...partition, offset: progress.current }] : [];
    });
  }

  /** Which of the offered offsets are to be committed, and which cannot be: not assigned, or beyond what was delivered. */
  due(offered: readonly Position[], partitions: readonly TopicPartition[]): { due: Position[]; refused: Position[] } {
    const names = new Set(partitions.map(partitionName));
    const known = (position: Position): Progress | undefined =>
      names.has(partitionName(position)) ? this.#progress.get(partitionName(position)) : undefined;
    const fits = (position: Position): boolean => position.offset <= (known(position)?.current ?? -1);
    return {
      due: offered.filter((position) => fits(position) && position.offset !== known(position)?.committed),
      refused: offered.filter((position) => !fits(position)),
    };
  }

  committed(positions: readonly Position[]): void {
    for (const position of positions) {
      const progress = this.#progress.get(partitionName(position));
      if (progress) progress.committed = position.offset;
    }
  }

  /** Back to the last commit; gives the places to read on from. */
  rewind(partitions: readonly TopicPartition[]): Position[] {
    return partitions.flatMap((partition) => {
      const progress = this.#progress.get(partitionName(partition));
      if (!progress) return [];
      progress.current = progress.committed;
      return [{ ...partition, offset: progress.committed }];
    });
  }
}
