import type { Client } from 'pg';
import {
  defineConfig,
  defineSink,
  optionalPackage,
  partitionName,
  reasonOf,
  RetriableError,
  validators,
  type Position,
  type SinkRecord,
  type SinkTask,
  type SinkTaskContext,
  type TopicPartition,
} from 'headwater/connect';
import { cellsOf, keyCells, type Cell } from './columns.js';
import { addColumns, createTable, insert, lastOfEachKey, quoted } from './statements.js';

const config = defineConfig({
  'connection.url': { type: 'PASSWORD', importance: 'HIGH', doc: 'postgres://user:password@host:port/database' },
  'table.name.format': { type: 'STRING', default: '${topic}', importance: 'HIGH', doc: 'Table of a topic; ${topic} stands for its name.' },
  'insert.mode': {
    type: 'STRING',
    default: 'insert',
    importance: 'HIGH',
    doc: 'insert, or upsert by the primary key.',
    validator: validators.oneOf('insert', 'upsert'),
  },
  'pk.mode': {
    type: 'STRING',
    default: 'none',
    importance: 'HIGH',
    doc: 'Primary key: none, record_key, record_value (pk.fields) or kafka (topic, partition, offset).',
    validator: validators.oneOf('none', 'record_key', 'record_value', 'kafka'),
  },
  'pk.fields': { type: 'LIST', default: '', doc: 'Columns of the primary key; for a plain record key, the name of its column.' },
  'auto.create': { type: 'BOOLEAN', default: true, doc: 'Make the table from the first record.' },
  'auto.evolve': { type: 'BOOLEAN', default: true, doc: 'Add columns that records bring.' },
  'offsets.table': {
    type: 'STRING',
    default: 'headwater_offsets',
    importance: 'LOW',
    doc: 'Table of offsets, written in the same transactions.',
  },
});

const ROWS_A_STATEMENT = 500;

/**
 * Writes records to PostgreSQL tables exactly once: rows and offsets are one transaction, and a partition goes on at the offset that the
 * database holds. Rows that the database refuses are reported; while it is away the batch is retried.
 */
export const postgresSink = defineSink({
  className: 'headwater.PostgresSink',
  aliases: ['PostgresSink'],
  version: '0.1.0',
  config,
  task: () => new PostgresSinkTask(),
});

class PostgresSinkTask implements SinkTask {
  #context!: SinkTaskContext;
  #options!: ReturnType<typeof config.parse>;
  #connector = '';
  #makeClient!: () => Client;
  #client: Client | undefined;
  #primaryKey: readonly string[] = [];
  readonly #columns = new Map<string, Set<string>>();
  readonly #next = new Map<string, Position>();

  async start(properties: Parameters<SinkTask['start']>[0], context: SinkTaskContext): Promise<void> {
    this.#context = context;
    this.#options = config.parse(properties);
    this.#connector = properties.name ?? '';
    const pg = await optionalPackage<typeof import('pg')>('pg', 'the postgres sink', () => import('pg'));
    this.#makeClient = () => new pg.default.Client({ connectionString: this.#options['connection.url'].reveal() });
  }

  async open(partitions: readonly TopicPartition[]): Promise<void> {
    const stored = await this.#untilConnected((client) => this.#storedOffsets(client));
    for (const partition of partitions) {
      const position = stored.get(partitionName(partition));
      if (!position) continue;
      this.#next.set(partitionName(partition), position);
      this.#context.offset([position]);
    }
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      const client = await this.#connected();
      await this.#write(client, records, false);
    } catch (thrown) {
      if (isDataError(thrown)) await this.#writeOneByOne(records);
      else await this.#failed(thrown);
    }
  }

  preCommit(): readonly Position[] {
    return [...this.#next.values()];
  }

  close(partitions: readonly TopicPartition[]): void {
    for (const partition of partitions) this.#next.delete(partitionName(partition));
  }

  async stop(): Promise<void> {
    await this.#client?.end();
  }

  async #writeOneByOne(records: readonly SinkRecord[]): Promise<void> {
    try {
      await this.#write(await this.#connected(), records, true);
    } catch (thrown) {
      await this.#failed(thrown);
    }
  }

  /** One transaction: rows, then offsets. The lock on the offsets keeps an earlier owner of the partition from writing what this one has written. */
  async #write(client: Client, records: readonly SinkRecord[], oneByOne: boolean): Promise<void> {
    const reports: { record: SinkRecord; reason: unknown }[] = [];
    await client.query('BEGIN');
    try {
      const stored = await this.#storedOffsets(client, true);
      const fresh = records.filter((record) => record.originalOffset >= (stored.get(originName(record))?.offset ?? 0));
      const next = nextPositions(records, stored);
      if (oneByOne) for (const record of fresh) await this.#savepoint(client, record, reports);
      else await this.#insertAll(client, fresh);
      for (const { topic, partition, offset } of next) {
        await client.query(
          `INSERT INTO ${quoted(this.#options['offsets.table'])} VALUES ($1, $2, $3, $4) ON CONFLICT (connector, topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset`,
          [this.#connector, topic, partition, offset],
        );
      }
      await client.query('COMMIT');
      for (const position of next) this.#next.set(partitionName(position), position);
    } catch (thrown) {
      this.#columns.clear();
      await client.query('ROLLBACK').catch(() => undefined);
      throw thrown;
    }
    for (const { record, reason } of reports) await this.#context.reporter.report(record, reason);
  }

  async #savepoint(client: Client, record: SinkRecord, reports: { record: SinkRecord; reason: unknown }[]): Promise<void> {
    await client.query('SAVEPOINT one');
    try {
      await this.#insertAll(client, [record]);
    } catch (thrown) {
      if (!isDataError(thrown)) throw thrown;
      await client.query('ROLLBACK TO SAVEPOINT one');
      reports.push({ record, reason: thrown });
    }
  }

  async #insertAll(client: Client, records: readonly SinkRecord[]): Promise<void> {
    const groups = new Map<string, { table: string; columns: readonly Cell[]; rows: (readonly Cell[])[] }>();
    for (const record of records) {
      const row = this.#row(record);
      const table = this.#options['table.name.format'].replaceAll('${topic}', record.topic);
      const key = JSON.stringify([table, row.map(({ name }) => name)]);
      const group = groups.get(key) ?? { table, columns: row, rows: [] };
      group.rows.push(row);
      groups.set(key, group);
    }
    for (const { table, columns, rows } of groups.values()) {
      await this.#prepareTable(client, table, columns);
      for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
        const chunk = lastOfEachKey(rows.slice(from, from + ROWS_A_STATEMENT), this.#upsertKey());
        await client.query(insert({ table, columns, rows: chunk }, this.#upsertKey()));
      }
    }
  }

  #row(record: SinkRecord): Cell[] {
    const mode = this.#options['pk.mode'];
    const fields = this.#options['pk.fields'];
    const value = cellsOf(record);
    const key =
      mode === 'record_key'
        ? keyCells(record, fields[0] ?? 'key')
        : mode === 'kafka'
          ? [
              { name: '__topic', type: 'text', value: record.originalTopic },
              { name: '__partition', type: 'integer', value: record.originalPartition },
              { name: '__offset', type: 'bigint', value: record.originalOffset },
            ]
          : value.filter(({ name }) => fields.includes(name));
    this.#primaryKey = mode === 'none' ? [] : key.map(({ name }) => name);
    return mode === 'record_value' || mode === 'none' ? value : [...key, ...value.filter(({ name }) => !this.#primaryKey.includes(name))];
  }

  #upsertKey(): readonly string[] {
    return this.#options['insert.mode'] === 'upsert' ? this.#primaryKey : [];
  }

  async #prepareTable(client: Client, table: string, columns: readonly Cell[]): Promise<void> {
    const known = this.#columns.get(table) ?? new Set<string>();
    const missing = columns.filter(({ name }) => !known.has(name));
    if (missing.length === 0) return;
    if (this.#options['auto.create']) await client.query(createTable(table, columns, this.#primaryKey));
    if (this.#options['auto.evolve']) await client.query(addColumns(table, missing));
    this.#columns.set(table, new Set([...known, ...missing.map(({ name }) => name)]));
  }

  async #storedOffsets(client: Client, lock = false): Promise<Map<string, Position>> {
    const table = quoted(this.#options['offsets.table']);
    const { rows } = await client.query<{ topic: string; partition: number; next_offset: string }>(
      `SELECT topic, partition, next_offset FROM ${table} WHERE connector = $1${lock ? ' FOR UPDATE' : ''}`,
      [this.#connector],
    );
    return new Map(
      rows.map(({ topic, partition, next_offset: offset }) => [
        partitionName({ topic, partition }),
        { topic, partition, offset: Number(offset) },
      ]),
    );
  }

  async #connected(): Promise<Client> {
    if (this.#client) return this.#client;
    const client = this.#makeClient();
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined;
    });
    await client.connect();
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${quoted(this.#options['offsets.table'])} (connector text, topic text, partition integer, next_offset bigint NOT NULL, PRIMARY KEY (connector, topic, partition))`,
    );
    this.#client = client;
    return client;
  }

  async #untilConnected<T>(work: (client: Client) => Promise<T>): Promise<T> {
    for (let told = false; ; told = true) {
      try {
        return await work(await this.#connected());
      } catch (thrown) {
        if (!isConnectionError(thrown) || this.#context.signal.aborted) throw thrown;
        this.#client = undefined;
        if (!told) this.#context.logger.warn(`${this.#connector}: PostgreSQL is away and waited for: ${reasonOf(thrown)}`);
        await this.#context.sleep(1000);
      }
    }
  }

  async #failed(thrown: unknown): Promise<never> {
    if (!isConnectionError(thrown)) throw thrown;
    const broken = this.#client;
    this.#client = undefined;
    await broken?.end().catch(() => undefined);
    throw new RetriableError(`PostgreSQL is away: ${reasonOf(thrown)}`, { cause: thrown });
  }
}

function originName(record: SinkRecord): string {
  return partitionName({ topic: record.originalTopic, partition: record.originalPartition });
}

function nextPositions(records: readonly SinkRecord[], stored: ReadonlyMap<string, Position>): Position[] {
  const next = new Map<string, Position>();
  for (const record of records) {
    const offset = Math.max(record.originalOffset + 1, stored.get(originName(record))?.offset ?? 0);
    next.set(originName(record), { topic: record.originalTopic, partition: record.originalPartition, offset });
  }
  return [...next.values()];
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

/** Classes 22 and 23: the values do not fit; 42804: the column has another type. A record of the wrong shape has no code. */
function isDataError(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return /^(22|23)\w{3}$/.test(code) || code === '42804' || (thrown instanceof Error && thrown.message.includes('the postgres sink takes'));
}

/** The server is away, going away, or wants the transaction again. */
function isConnectionError(thrown: unknown): boolean {
  const gone =
    thrown instanceof Error && /Connection terminated|not queryable|Client has encountered a connection error/.test(thrown.message);
  return gone || /^(08\w{3}|57P0\d|53\w{3}|40001|40P01|ECONN\w+|ENOTFOUND|ETIMEDOUT|EPIPE)$/.test(codeOf(thrown));
}
