import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { isError, type ErrorCode } from '../../errors.js';
import type { SchemaRegistry } from '../../serde/registry.js';
import type { TestHooks } from '../check-log/check-log.js';
import { compatibilityVerdicts, recordSchema } from './compatibility-verdicts.js';

interface RegistryCase {
  readonly name: string;
  readonly run: (registry: SchemaRegistry, subject: string, open: () => Promise<SchemaRegistry>) => Promise<void>;
}

const one = recordSchema({ name: 'a', type: 'int' });
const two = recordSchema({ name: 'a', type: 'int' }, { name: 'b', type: 'int', default: 0 });

const registryCases: readonly RegistryCase[] = [
  registryCase('gives a schema back by its id', async (registry, subject) => {
    const id = await registry.register(subject, one);
    assert.deepEqual(JSON.parse(await registry.schemaById(id)), JSON.parse(one));
  }),
  registryCase('gives equal schemas one id, under any subject and however they are spaced', async (registry, subject) => {
    const id = await registry.register(subject, one);
    assert.equal(await registry.register(subject, one), id);
    assert.equal(await registry.register(subject, JSON.stringify(JSON.parse(one), undefined, 2)), id);
    assert.equal(await registry.register(`other-${subject}`, one), id);
    assert.equal((await registry.versions(subject)).length, 1);
  }),
  registryCase('counts the versions of a subject', async (registry, subject) => {
    assert.equal(await registry.latest(subject), undefined);
    assert.deepEqual(await registry.versions(subject), []);
    const ids = [await registry.register(subject, one), await registry.register(subject, two)];
    const versions = await registry.versions(subject);
    assert.deepEqual(
      versions.map(({ id, version }) => ({ id, version })),
      ids.map((id, index) => ({ id, version: index + 1 })),
    );
    assert.deepEqual(await registry.latest(subject), versions[1]);
    assert((await registry.subjects()).includes(subject));
  }),
  registryCase('knows no schema that was never registered', async (registry) => {
    await rejects(registry.schemaById(2 ** 31 - 1), 'HW_SCHEMA_UNKNOWN');
  }),
  registryCase('refuses what is no Avro schema', async (registry, subject) => {
    await rejects(registry.register(subject, '{"type":"recor"}'), 'HW_SCHEMA_INVALID');
    await rejects(registry.register(subject, 'not JSON'), 'HW_SCHEMA_INVALID');
    assert.equal(await registry.latest(subject), undefined);
  }),
  registryCase('shows one registry what another has registered', async (registry, subject, open) => {
    const second = await open();
    const id = await registry.register(subject, one);
    assert.deepEqual(JSON.parse(await second.schemaById(id)), JSON.parse(one));
    await second.close();
  }),
  registryCase('keeps one order when many register at once', async (registry, subject, open) => {
    const rivals = await Promise.all(Array.from({ length: 3 }, open));
    const schemas = Array.from({ length: 8 }, (_, i) => recordSchema({ name: `f${i % 4}`, type: 'int', default: 0 }));
    const ids = await Promise.all(schemas.map((schema, i) => rivals[i % 3]!.register(subject, schema)));
    assert.deepEqual(ids.slice(4), ids.slice(0, 4));
    const versions = await registry.versions(subject);
    // Versions: a server that checks and inserts in two steps (Apicurio) may list a schema twice that two rivals bring at the same moment. Their id is one.
    assert.deepEqual(
      versions.map(({ version }) => version),
      versions.map((_, i) => i + 1),
    );
    assert.deepEqual(new Set(versions.map(({ id }) => id)), new Set(ids));
    for (const rival of rivals) {
      assert.deepEqual(await rival.versions(subject), versions);
      await rival.close();
    }
  }),
  registryCase("keeps a subject's level apart from the others'", async (registry, subject) => {
    await registry.register(subject, one);
    await registry.setCompatibility('FULL', subject);
    assert.equal(await registry.compatibility(subject), 'FULL');
    assert.equal(await registry.compatibility(`other-${subject}`), await registry.compatibility());
  }),
  ...compatibilityVerdicts.map(([level, what, versions, allowed]) =>
    registryCase(`${level} ${allowed ? 'allows' : 'forbids'} ${what}`, async (registry, subject) => {
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

/** Holds a registry to its contract. `open` gives one on always the same schemas; every case makes up its own subjects. */
export function checkRegistry(
  name: string,
  open: () => Promise<SchemaRegistry>,
  { describe, it }: Pick<TestHooks, 'describe' | 'it'>,
): void {
  describe(`${name} keeps the contract of a schema registry`, () => {
    for (const { name: fact, run } of registryCases) {
      const runCase = async () => {
        const registry = await open();
        try {
          await run(registry, `check-${randomUUID()}-value`, open);
        } finally {
          await registry.close();
        }
      };
      it(fact, runCase, 30_000);
    }
  });
}

function registryCase(name: string, run: RegistryCase['run']): RegistryCase {
  return { name, run };
}

async function rejects(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(promise, (reason) => isError(reason, code) || assert.fail(`expected ${code}, got ${String(reason)}`));
}
