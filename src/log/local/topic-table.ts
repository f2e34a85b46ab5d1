import type { TopicInfo, TopicSpec } from '../log.js';
import type { Databases, StoredTopic } from './databases.js';
import { keyRange } from './record-key.js';
import { transact } from './transact.js';

/** Keys that one transaction removes of a deleted topic. */
const sweepStep = 1_000;

/** The topics of an embedded log. Reads are cached until any process changes a topic. */
export class TopicTable {
  #cache = new Map<string, StoredTopic>();
  #version = -1;

  constructor(
    private readonly tables: Databases,
    private readonly directory: string,
  ) {}

  get(name: string): StoredTopic | undefined {
    return this.#current().get(name);
  }

  all(): StoredTopic[] {
    return [...this.#current().values()];
  }

  /** To be called inside a write transaction. */
  create(spec: TopicSpec): boolean {
    if (this.get(spec.name) !== undefined) return false;
    const id = (this.tables.counters.get('topicId') ?? 0) + 1;
    this.tables.counters.putSync('topicId', id);
    this.tables.topics.putSync(spec.name, { cleanup: 'delete', ...spec, id });
    this.#changed();
    return true;
  }

  /** Takes the topic and the groups' offsets of it away, inside a write transaction. Its records go with `sweep`. */
  remove(name: string): void {
    const topic = this.get(name);
    if (topic === undefined) return;
    this.tables.topics.removeSync(name);
    this.tables.deleted.putSync(topic.id, true);
    for (const key of [...this.tables.offsets.getKeys()]) if (key[1] === name) this.tables.offsets.removeSync(key);
    this.#changed();
  }

  /** Removes what is left of one deleted topic in steps, each its own transaction; does nothing if it is gone already. */
  async sweep(id: number): Promise<void> {
    const { root, deleted, records, segments, tombstones, cleaned, lastOfKey } = this.tables;
    const range = { ...keyRange({ topic: id }), limit: sweepStep };
    const inOrder = { start: [id, 0] as [number, number], end: [id + 1, 0] as [number, number], limit: sweepStep };
    for (let left = true; left;) {
      left = await transact(root, this.directory, () => {
        let removed = 0;
        for (const table of [records, segments, tombstones]) {
          for (const key of [...table.getKeys(range)]) if (table.removeSync(key)) removed++;
        }
        for (const key of [...cleaned.getKeys(inOrder)]) if (cleaned.removeSync(key)) removed++;
        for (const key of [...lastOfKey.getKeys(inOrder)]) if (lastOfKey.removeSync(key)) removed++;
        if (removed === 0) deleted.removeSync(id);
        return removed > 0;
      });
    }
  }

  #current(): Map<string, StoredTopic> {
    const version = this.tables.counters.get('topics') ?? 0;
    if (version !== this.#version) {
      this.#cache = new Map([...this.tables.topics.getRange()].map(({ key, value }) => [key, value]));
      this.#version = version;
    }
    return this.#cache;
  }

  #changed(): void {
    this.tables.counters.putSync('topics', (this.tables.counters.get('topics') ?? 0) + 1);
  }
}

/** What of a stored topic is told. */
export function infoOf({ id: _, ...info }: StoredTopic): TopicInfo {
  return info;
}
