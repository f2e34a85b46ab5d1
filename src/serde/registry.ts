/** Confluent's compatibility levels. */
export type Compatibility = 'NONE' | 'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FORWARD' | 'FORWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE';

export interface RegisteredSchema {
  readonly id: number;
  readonly subject: string;
  readonly version: number;
  /** Avro schema as JSON text. */
  readonly schema: string;
}

/** Schemas by id and by subject, Confluent's model. Behind it: a Confluent-compatible HTTP server, or the log's own `_schemas` topic. */
export interface SchemaRegistry {
  /** The id of `schema` under `subject`; registers it if new. Throws HW_SCHEMA_INCOMPATIBLE where the subject's level forbids it. */
  register(subject: string, schema: string): Promise<number>;
  /** The schema text of an id, HW_SCHEMA_UNKNOWN if there is none. */
  schemaById(id: number): Promise<string>;
  latest(subject: string): Promise<RegisteredSchema | undefined>;
  versions(subject: string): Promise<RegisteredSchema[]>;
  subjects(): Promise<string[]>;
  compatibility(subject?: string): Promise<Compatibility>;
  setCompatibility(level: Compatibility, subject?: string): Promise<void>;
  close(): Promise<void>;
}
