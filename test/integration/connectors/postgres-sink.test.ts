import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSink } from '../../../src/testing/index.js';
import { ConnectorRig, untilLength } from '../../../src/testing/check-connector/connector-rig.js';
import { postgresSink } from '../../../connectors/postgres-sink/postgres-sink.js';
import { hasPostgres, PostgresCluster } from './postgres-cluster.js';

describe.skipIf(!hasPostgres)('with a PostgreSQL server', () => {
  let cluster: PostgresCluster;
  let tables = 0;
  beforeAll(async () => {
    cluster = await PostgresCluster.create();
  }, 120_000);
  afterAll(() => cluster.remove());

  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: cluster.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }
  const numbers = async (table: string): Promise<number[]> =>
    (await query(`SELECT n FROM ${table} ORDER BY ctid`).catch(() => [])).map(({ n }) => Number(n));
  const newTable = (): Record<string, string> => ({
    'connection.url': cluster.url,
    'table.name.format': `t${++tables}`,
    'offsets.table': `o${tables}`,
  });
  const JSON_PLAIN = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter', 'value.converter.schemas.enable': 'false' };
  const rig = (more: Record<string, string>): ConnectorRig => new ConnectorRig(postgresSink, { ...JSON_PLAIN, ...newTable(), ...more });

  checkSink(
    'PostgresSink',
    postgresSink,
    {
      delivery: 'exactly-once',
      properties: () => Promise.resolve(newTable()),
      delivered: (properties) => numbers(properties['table.name.format']!),
    },
    { describe, it },
  );

  it('replaces rows of the same key and adds columns that records bring', async () => {
    const sink = rig({ 'insert.mode': 'upsert', 'pk.mode': 'record_value', 'pk.fields': 'n' });
    await sink.start();
    await sink.append([
      { n: 1, a: 'x' },
      { n: 2, a: 'y' },
      { n: 1, a: 'z' },
      { n: 2, a: 'w', b: { c: [true] } },
    ]);
    await untilLength(async () => await query(`SELECT * FROM t${tables} WHERE b IS NOT NULL`).catch(() => []), 1);
    expect(await query(`SELECT * FROM t${tables} ORDER BY n`)).toEqual([
      { n: 1, a: 'z', b: null },
      { n: 2, a: 'w', b: { c: [true] } },
    ]);
    await sink.close();
  });

  it('reports the rows that the database refuses and writes the others', async () => {
    const sink = rig({ 'errors.tolerance': 'all', 'errors.deadletterqueue.topic.name': 'dead' });
    await query(`CREATE TABLE t${tables} (n integer CHECK (n <> 1))`);
    await sink.start();
    await sink.append([{ n: 0 }, { n: 1 }, 'no map', { n: 2 }]);
    expect(await untilLength(() => numbers(`t${tables}`), 2)).toEqual([0, 2]);
    expect(await untilLength(() => sink.records('dead'), 2)).toHaveLength(2);
    await sink.close();
  });

  it('loses and repeats nothing while the server is killed and comes back', async () => {
    const sink = rig({});
    const table = `t${tables}`;
    await sink.start();
    for (let n = 0; n < 300; n += 10) {
      await sink.append(Array.from({ length: 10 }, (_, i) => ({ n: n + i })));
      if (n === 100) cluster.stop('immediate');
      if (n === 200) cluster.start();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const found = await untilLength(() => numbers(table), 300);
    expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, n) => n));
    expect(sink.taskState()).toBe('RUNNING');
    await sink.close();
  }, 60_000);
});
