import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../errors.js';
import { isError } from '../errors.js';
import type { Compatibility, SchemaRegistry } from '../serde/registry.js';

/** One fact that a conformance suite holds its subject to; give `name` and `run` to any test runner. */
export interface Fact {
  readonly name: string;
  readonly run: () => Promise<void>;
}

type Field = { name: string; type: unknown; default?: unknown };

const record = (...fields: Field[]) => JSON.stringify({ type: 'record', name: 'R', fields });
const a = { name: 'a', type: 'int' };
const one = record(a);
const withDefault = record(a, { name: 'b', type: 'int', default: 0 });
const withoutDefault = record(a, { name: 'b', type: 'int' });
const wider = record({ name: 'a', type: 'long' });
const other = record({ name: 'a', type: 'string' });
const renamed = JSON.stringify({ type: 'record', name: 'S', fields: [a] });
const colours = (...symbols: string[]) => record({ name: 'e', type: { type: 'enum', name: 'E', symbols } });

/** Level, the versions in order, whether the last one may follow the others: Confluent's rules. */
const verdicts: [level: Compatibility, what: string, versions: string[], allowed: boolean][] = [
  ['BACKWARD', 'a new field with a default', [one, withDefault], true],
  ['BACKWARD', 'a new field without a default', [one, withoutDefault], false],
  ['BACKWARD', 'a field less', [withoutDefault, one], true],
  ['BACKWARD', 'a wider number', [one, wider], true],
  ['BACKWARD', 'a narrower number', [wider, one], false],
  ['BACKWARD', 'another type', [one, other], false],
  ['BACKWARD', 'another name', [one, renamed], false],
  ['BACKWARD', 'an enum symbol more', [colours('X'), colours('X', 'Y')], true],
  ['BACKWARD', 'an enum symbol less', [colours('X', 'Y'), colours('X')], false],
  ['BACKWARD', 'a branch more', [one, record({ name: 'a', type: ['int', 'string'] })], true],
  ['BACKWARD', 'what only the version before last forbids', [one, withDefault, withoutDefault], true],
  ['BACKWARD_TRANSITIVE', 'what only the version before last forbids', [one, withDefault, withoutDefault], false],
  ['FORWARD', 'a new field without a default', [one, withoutDefault], true],
  ['FORWARD', 'a field less that had no default', [withoutDefault, one], false],
  ['FORWARD', 'a narrower number', [wider, one], true],
  ['FORWARD', 'what only the version before last forbids', [withoutDefault, withDefault, one], true],
  ['FORWARD_TRANSITIVE', 'what only the version before last forbids', [withoutDefault, withDefault, one], false],
  ['FULL', 'a new field with a default', [one, withDefault], true],
  ['FULL', 'a new field without a default', [one, withoutDefault], false],
  ['FULL', 'a wider number', [one, wider], false],
  ['FULL_TRANSITIVE', 'a field less that had a default', [one, withDefault, one.replace('"int"', '{"type":"int"}')], true],
  ['NONE', 'another type', [one, other], true],
];

/** The conformance suite of schema registries. `open` gives a registry on always the same schemas; subjects are made up anew each time. */
export function checkRegistry(open: () => Promise<SchemaRegistry>): Fact[] {
  const fact = (name: string, run: (registry: SchemaRegistry, subject: string) => Promise<void>): Fact => ({
    name,
    run: async () => {
      const registry = await open();
      try {
        await run(registry, `check-${randomUUID()}-value`);
      } finally {
        await registry.close();
      }
    },
  });

  return [
    fact('gives a schema back by its id', async (registry, subject) => {
      const id = await registry.register(subject, one);
      assert.deepEqual(JSON.parse(await registry.schemaById(id)), JSON.parse(one));
    }),
    fact('gives equal schemas one id, under any subject and however they are spaced', async (registry, subject) => {
      const id = await registry.register(subject, one);
      assert.equal(await registry.register(subject, one), id);
      assert.equal(await registry.register(subject, JSON.stringify(JSON.parse(one), undefined, 2)), id);
      assert.equal(await registry.register(`other-${subject}`, one), id);
      assert.equal((await registry.versions(subject)).length, 1);
    }),
    fact('counts the versions of a subject', async (registry, subject) => {
      assert.equal(await registry.latest(subject), undefined);
      assert.deepEqual(await registry.versions(subject), []);
      const ids = [await registry.register(subject, one), await registry.register(subject, withDefault)];
      const versions = await registry.versions(subject);
      assert.deepEqual(
        versions.map(({ id, version }) => ({ id, version })),
        ids.map((id, index) => ({ id, version: index + 1 })),
      );
      assert.deepEqual(await registry.latest(subject), versions[1]);
      assert((await registry.subjects()).includes(subject));
    }),
    fact('knows no schema that was never registered', async (registry) => {
      await rejects(registry.schemaById(2 ** 31 - 1), 'HW_SCHEMA_UNKNOWN');
    }),
    fact('refuses what is no Avro schema', async (registry, subject) => {
      await rejects(registry.register(subject, '{"type":"recor"}'), 'HW_SCHEMA_INVALID');
      await rejects(registry.register(subject, 'not JSON'), 'HW_SCHEMA_INVALID');
      assert.equal(await registry.latest(subject), undefined);
    }),
    fact('shows one registry what another has registered', async (registry, subject) => {
      const second = await open();
      const id = await registry.register(subject, one);
      assert.deepEqual(JSON.parse(await second.schemaById(id)), JSON.parse(one));
      await second.close();
    }),
    fact('keeps one order when many register at once', async (registry, subject) => {
      const rivals = await Promise.all(Array.from({ length: 3 }, open));
      const schemas = Array.from({ length: 8 }, (_, i) => record({ name: `f${i % 4}`, type: 'int', default: 0 }));
      const ids = await Promise.all(schemas.map((schema, i) => rivals[i % 3]!.register(subject, schema)));
      assert.deepEqual(ids.slice(4), ids.slice(0, 4));
      const versions = await registry.versions(subject);
      assert.deepEqual(
        versions.map(({ version }) => version),
        [1, 2, 3, 4],
      );
      for (const rival of rivals) {
        assert.deepEqual(await rival.versions(subject), versions);
        await rival.close();
      }
    }),
    fact("keeps a subject's level apart from the others'", async (registry, subject) => {
      await registry.register(subject, one);
      await registry.setCompatibility('FULL', subject);
      assert.equal(await registry.compatibility(subject), 'FULL');
      assert.equal(await registry.compatibility(`other-${subject}`), await registry.compatibility());
    }),
    ...verdicts.map(([level, what, versions, allowed]) =>
      fact(`${level} ${allowed ? 'allows' : 'forbids'} ${what}`, async (registry, subject) => {
        await registry.register(subject, versions[0]!);
        await registry.setCompatibility('NONE', subject);
        for (const version of versions.slice(1, -1)) await registry.register(subject, version);
        await registry.setCompatibility(level, subject);
        const last = registry.register(subject, versions.at(-1)!);
        if (allowed) await last;
        else await rejects(last, 'HW_SCHEMA_INCOMPATIBLE');
      }),
    ),
  ];
}

async function rejects(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(promise, (reason) => isError(reason, code) || assert.fail(`expected ${code}, got ${String(reason)}`));
}
