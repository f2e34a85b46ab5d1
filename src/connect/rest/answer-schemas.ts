/** JSON Schema of what operations answer, by the names that the OpenAPI document has them under. */
export type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const textOrNull: Schema = { type: ['string', 'null'] };
const integer: Schema = { type: 'integer' };
const texts = listOf(text);

/** An object with exactly these properties; those of `optional` may be missing. */
function objectOf(properties: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  return { type: 'object', required: Object.keys(properties), properties: { ...properties, ...optional }, additionalProperties: false };
}

function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

function mapOf(values: Schema): Schema {
  return { type: 'object', additionalProperties: values };
}

/** Refers to one of `answerSchemas`. */
export function refTo(name: keyof typeof answerSchemas): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

const state: Schema = { enum: ['UNASSIGNED', 'RUNNING', 'PAUSED', 'FAILED', 'RESTARTING', 'STOPPED', 'DESTROYED'] };
const status = { state, worker_id: text };
/** `trace` is there where something failed. */
const moreStatus = { version: text, trace: text };
const connectorType: Schema = { enum: ['source', 'sink', 'unknown'] };
const configs = mapOf(textOrNull);
const taskId = objectOf({ connector: text, task: integer });
const taskStatus = objectOf({ id: integer, ...status }, moreStatus);
const connectorInfo = objectOf({ name: text, config: configs, tasks: listOf(taskId), type: connectorType });
const connectorStatus = objectOf({ name: text, connector: objectOf(status, moreStatus), tasks: listOf(taskStatus), type: connectorType });
const configKey = objectOf({
  name: text,
  type: { enum: ['BOOLEAN', 'STRING', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'LIST', 'CLASS', 'PASSWORD'] },
  required: { type: 'boolean' },
  default_value: textOrNull,
  importance: { enum: ['HIGH', 'MEDIUM', 'LOW'] },
  documentation: textOrNull,
  group: textOrNull,
  order_in_group: integer,
  width: { enum: ['NONE', 'SHORT', 'MEDIUM', 'LONG'] },
  display_name: text,
  dependents: texts,
});
const configValue = objectOf({ name: text, value: textOrNull, recommended_values: texts, errors: texts, visible: { type: 'boolean' } });

export const answerSchemas = {
  Error: objectOf({ error_code: integer, message: text }),
  Message: objectOf({ message: text }),
  Worker: objectOf({ version: text, commit: text, kafka_cluster_id: text }),
  Health: objectOf({ status: { enum: ['healthy', 'starting', 'unhealthy'] }, message: text }),
  Names: texts,
  Config: configs,
  Connector: connectorInfo,
  /** With `expand`, the connectors by name. */
  Connectors: { oneOf: [texts, mapOf(objectOf({}, { info: connectorInfo, status: connectorStatus }))] },
  Tasks: listOf(objectOf({ id: taskId, config: configs })),
  ConnectorStatus: connectorStatus,
  TaskStatus: taskStatus,
  Topics: mapOf(objectOf({ topics: texts })),
  Offsets: objectOf({ offsets: listOf(objectOf({ partition: { type: 'object' }, offset: { type: ['object', 'null'] } })) }),
  Plugins: listOf(
    objectOf(
      { class: text, type: { enum: ['source', 'sink', 'converter', 'header_converter', 'transformation', 'predicate'] } },
      { version: text },
    ),
  ),
  ConfigKeys: listOf(configKey),
  Validation: objectOf({
    name: text,
    error_count: integer,
    groups: texts,
    configs: listOf(objectOf({ definition: configKey, value: configValue })),
  }),
  Logger: objectOf({ level: textOrNull, last_modified: { type: ['integer', 'null'] } }),
  Loggers: mapOf(objectOf({ level: textOrNull, last_modified: { type: ['integer', 'null'] } })),
} satisfies Readonly<Record<string, Schema>>;

/** What of `answerSchemas` an operation answers. */
export type Answer = keyof typeof answerSchemas;
