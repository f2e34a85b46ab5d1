import { randomUUID } from 'node:crypto';
import { error, isError } from '../errors.js';
import type { Log, Reader } from '../log/log.js';
import { asBuffer } from './as-buffer.js';
import type { Compatibility, RegisteredSchema, SchemaRegistry } from './registry.js';
import { readSchemaRecord, schemaRecord } from './schema-record.js';
import { SchemaTable } from './schema-table.js';

const SCHEMAS_TOPIC = '_schemas';

/**
 * The registry that needs no server: versions and levels are records of the log's compacted `_schemas` topic. Registration is optimistic:
 * read to the end, append a claim, read to the end again; the first claim of an id or version in the log holds, and the others try again.
 */
export class LogRegistry implements SchemaRegistry {
  readonly #log: Log;
  readonly #table = new SchemaTable();
  #reader: Reader | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(log: Log) {
    this.#log = log;
  }

  async register(subject: string, schema: string): Promise<number> {
    for (;;) {
      await this.#readOn();
      const known = this.#table.find(subject, schema);
      if (known) return known.id;
      const claim = this.#table.next(subject, schema);
      const key = { keytype: 'SCHEMA', subject, version: claim.version, claim: randomUUID() } as const;
      await this.#append(schemaRecord(key, claim));
      await this.#readOn();
      if (this.#table.find(subject, schema)?.version === claim.version) return claim.id;
      await this.#append(schemaRecord(key, null));
    }
  }

  async schemaById(id: number): Promise<string> {
    if (this.#table.schema(id) === undefined) await this.#readOn();
    const schema = this.#table.schema(id);
    if (schema === undefined) throw error('HW_SCHEMA_UNKNOWN', { registry: `topic ${SCHEMAS_TOPIC} of ${this.#log.name}`, id });
    return schema;
  }

  async latest(subject: string): Promise<RegisteredSchema | undefined> {
    return (await this.versions(subject)).at(-1);
  }

  async versions(subject: string): Promise<RegisteredSchema[]> {
    await this.#readOn();
    return [...this.#table.versions(subject)];
  }

  async subjects(): Promise<string[]> {
    await this.#readOn();
    return this.#table.subjects();
  }

  async compatibility(subject?: string): Promise<Compatibility> {
    await this.#readOn();
    return this.#table.level(subject ?? null);
  }

  async setCompatibility(level: Compatibility, subject?: string): Promise<void> {
    await this.#append(schemaRecord({ keytype: 'CONFIG', subject: subject ?? null }, { compatibilityLevel: level }));
    await this.#readOn();
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => undefined);
    await this.#reader?.close();
    this.#reader = undefined;
  }

  async #append(record: { key: Uint8Array; value: Uint8Array | null }): Promise<void> {
    await this.#log.createTopics([{ name: SCHEMAS_TOPIC, partitions: 1, cleanup: 'compact' }]);
    await this.#log.append([{ topic: SCHEMAS_TOPIC, partition: 0, ...record }]);
  }

  /** Replays what has come since the last time; one reading at a time, each starting after it was asked for. */
  #readOn(): Promise<void> {
    this.#turn = this.#turn.catch(() => undefined).then(() => this.#readToEnd());
    return this.#turn;
  }

  async #readToEnd(): Promise<void> {
    this.#reader ??= await this.#open();
    while (this.#reader && !(await this.#reader.atEnd())) {
      for (const { key, value } of await this.#reader.fetch({ waitMs: 1000 })) {
        if (key !== null && value !== null) readSchemaRecord(asBuffer(key), asBuffer(value), this.#table);
      }
    }
  }

  /** Nothing where the topic does not exist: then nothing is registered yet. */
  async #open(): Promise<Reader | undefined> {
    try {
      const [bounds] = await this.#log.bounds(SCHEMAS_TOPIC);
      return await this.#log.reader([{ topic: SCHEMAS_TOPIC, partition: 0, offset: bounds?.earliest ?? 0 }]);
    } catch (reason) {
      if (isError(reason, 'HW_TOPIC_UNKNOWN')) return undefined;
      throw reason;
    }
  }
}
