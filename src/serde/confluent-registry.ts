import { error } from '../errors.js';
import { incompatibility } from './compatibility.js';
import type { Compatibility, RegisteredSchema, SchemaRegistry } from './registry.js';
import { RegistryHttp, type RegistryHttpOptions } from './registry-http.js';
import { compactSchema } from './schema-text.js';

/** A 409 for a schema that does fit comes from a rival who registered at the same moment (Apicurio): so often it is worth another try. */
const RIVALS = 8;

/** A Confluent-compatible schema registry over HTTP (Confluent, Apicurio's ccompat, Redpanda, Karapace). User and password may stand in the URL. */
export class ConfluentRegistry implements SchemaRegistry {
  readonly #http: RegistryHttp;
  readonly #schemas = new Map<number, string>();

  constructor(url: string, options?: RegistryHttpOptions) {
    this.#http = new RegistryHttp(url, options);
  }

  async register(subject: string, schema: string): Promise<number> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const body = { schema: compactSchema(subject, schema) };
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#http.request<{ id: number }>('POST', path, body);
      if (answer.ok) return answer.value.id;
      if (answer.status === 422) throw error('HW_SCHEMA_INVALID', { subject, reason: answer.reason });
      if (answer.status !== 409) throw this.#http.refused('POST', path, answer);
      const level = await this.compatibility(subject);
      const reason = incompatibility(level, schema, await this.versions(subject)) ?? (attempt === RIVALS ? answer.reason : undefined);
      if (reason !== undefined) throw error('HW_SCHEMA_INCOMPATIBLE', { subject, level, reason });
    }
  }

  async schemaById(id: number): Promise<string> {
    const known = this.#schemas.get(id);
    if (known !== undefined) return known;
    const found = await this.#find<{ schema: string }>(`/schemas/ids/${id}`);
    if (!found) throw error('HW_SCHEMA_UNKNOWN', { registry: this.#http.name, id });
    this.#schemas.set(id, found.schema);
    return found.schema;
  }

  latest(subject: string): Promise<RegisteredSchema | undefined> {
    return this.#version(subject, 'latest');
  }

  async versions(subject: string): Promise<RegisteredSchema[]> {
    const numbers = (await this.#find<number[]>(`/subjects/${encodeURIComponent(subject)}/versions`)) ?? [];
    const versions = await Promise.all(numbers.map((version) => this.#version(subject, version)));
    return versions.filter((version) => version !== undefined);
  }

  async subjects(): Promise<string[]> {
    return ((await this.#find<string[]>('/subjects')) ?? []).sort();
  }

  async compatibility(subject?: string): Promise<Compatibility> {
    const own = subject === undefined ? undefined : await this.#level(`/config/${encodeURIComponent(subject)}`);
    return own ?? (await this.#level('/config')) ?? 'BACKWARD';
  }

  async setCompatibility(level: Compatibility, subject?: string): Promise<void> {
    const path = subject === undefined ? '/config' : `/config/${encodeURIComponent(subject)}`;
    const answer = await this.#http.request('PUT', path, { compatibility: level });
    if (!answer.ok) throw this.#http.refused('PUT', path, answer);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #version(subject: string, version: number | 'latest'): Promise<RegisteredSchema | undefined> {
    const found = await this.#find<RegisteredSchema>(`/subjects/${encodeURIComponent(subject)}/versions/${version}`);
    return found && { id: found.id, subject: found.subject, version: found.version, schema: found.schema };
  }

  async #level(path: string): Promise<Compatibility | undefined> {
    return (await this.#find<{ compatibilityLevel: Compatibility }>(path))?.compatibilityLevel;
  }

  /** What lies there; nothing where the registry itself says that it has none (a 404 without its code comes from somebody else). */
  async #find<T>(path: string): Promise<T | undefined> {
    const answer = await this.#http.request<T>('GET', path);
    if (answer.ok) return answer.value;
    if (answer.status === 404 && answer.code !== undefined && answer.code > 404) return undefined;
    throw this.#http.refused('GET', path, answer);
  }
}
