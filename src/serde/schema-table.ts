import { error } from '../errors.js';
import { incompatibility } from './compatibility.js';
import type { Compatibility, RegisteredSchema } from './registry.js';
import { canonicalSchema } from './schema-text.js';

/** What a schema topic says, replayed in offset order: every replica that has read as far holds the same table. */
export class SchemaTable {
  readonly #byId = new Map<number, string>();
  readonly #idOf = new Map<string, number>();
  readonly #versions = new Map<string, RegisteredSchema[]>();
  readonly #levels = new Map<string | null, Compatibility>([[null, 'BACKWARD']]);

  schema(id: number): string | undefined {
    return this.#byId.get(id);
  }

  subjects(): string[] {
    return [...this.#versions.keys()].sort();
  }

  versions(subject: string): readonly RegisteredSchema[] {
    return this.#versions.get(subject) ?? [];
  }

  level(subject: string | null): Compatibility {
    return this.#levels.get(subject) ?? this.#levels.get(null)!;
  }

  setLevel(subject: string | null, level: Compatibility): void {
    this.#levels.set(subject, level);
  }

  /** The version of `subject` with this schema, however it is spelled. */
  find(subject: string, schema: string): RegisteredSchema | undefined {
    const id = this.#idOf.get(canonicalSchema(subject, schema));
    return this.versions(subject).find((version) => version.id === id);
  }

  /** The version that `schema` would become. Throws HW_SCHEMA_INVALID, HW_SCHEMA_INCOMPATIBLE. */
  next(subject: string, schema: string): RegisteredSchema {
    const earlier = this.versions(subject);
    const level = this.level(subject);
    const canonical = canonicalSchema(subject, schema);
    const reason = incompatibility(level, schema, earlier);
    if (reason !== undefined) throw error('HW_SCHEMA_INCOMPATIBLE', { subject, level, reason });
    const id = this.#idOf.get(canonical) ?? Math.max(0, ...this.#byId.keys()) + 1;
    return { id, subject, version: (earlier.at(-1)?.version ?? 0) + 1, schema };
  }

  /** Takes a claim, if its version is the next one and its id is free or its schema's own: of two rivals the first in the log wins. */
  accept(claim: RegisteredSchema): void {
    const { id, subject, version, schema } = claim;
    const canonical = canonicalSchema(subject, schema);
    const earlier = this.#versions.get(subject) ?? [];
    const ownId = this.#idOf.get(canonical);
    if (version <= (earlier.at(-1)?.version ?? 0) || (ownId === undefined ? this.#byId.has(id) : ownId !== id)) return;
    if (ownId === undefined) {
      this.#byId.set(id, schema);
      this.#idOf.set(canonical, id);
    }
    this.#versions.set(subject, [...earlier, claim]);
  }
}
