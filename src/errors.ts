/**
 * Every error that Headwater throws on purpose: the code is the key, the message says where, what was expected and what it got,
 * the action says what to do. `ERRORS.md` lists the same table; a test holds both together.
 */
const table = {
  // log
  HW_LOG_LOCATION: ['"{location}" names no log', 'Give a directory, "memory:" or "kafka://HOST:PORT[,HOST:PORT]".'],
  HW_LOG_CLOSED: ['{log} is closed', 'Open it again; a closed log takes no calls.'],
  HW_TOPIC_UNKNOWN: ['topic {topic} does not exist in {log}', 'Create it (headwater topics create {topic}) or check its spelling.'],
  HW_TOPIC_NAME: ['"{topic}" is no topic name', "Use 1 to 249 of the characters a-z A-Z 0-9 . _ - (Kafka's rule)."],
  HW_PARTITION_UNKNOWN: [
    'topic {topic} has {partitions} partitions, partition {partition} was asked for',
    'Use a partition from 0 to one below their number.',
  ],
  HW_NOT_COPARTITIONED: [
    'inputs of one topology need equal partition counts, got {counts}',
    'Create the topics alike, or repartition one of them.',
  ],
  HW_LEASE_LOST: [
    'partition {partition} of group {group} belongs to another member now',
    'Nothing to do: the new owner goes on from the last commit.',
  ],

  // config
  HW_CONFIG: ['{count} configuration problem(s): {problems}', 'Correct the named keys; "--help" and the docs page list them all.'],

  // serde
  HW_SERDE: ['{side} of topic {topic} is no {format}: {reason}', 'Check what writes this topic, and with which schema and registry.'],
  HW_SCHEMA_INVALID: ['the schema for {subject} is no Avro schema: {reason}', 'Correct the schema text.'],
  HW_SCHEMA_UNKNOWN: ['{registry} has no schema {id}', 'Use the registry that the producer used (--registry).'],
  HW_SCHEMA_INCOMPATIBLE: [
    'the schema for {subject} breaks its {level} compatibility: {reason}',
    'Give new fields a default and keep the old ones, or register it under another subject.',
  ],
  HW_REGISTRY_AWAY: ['{registry} does not answer: {reason}', 'Check the address and that the registry runs.'],
  HW_REGISTRY_DENIED: [
    '{registry} refuses these credentials (HTTP {status})',
    'Put user and password into the URL: http://USER:PASSWORD@HOST.',
  ],
  HW_REGISTRY_REFUSED: [
    '{registry} refuses {request}: HTTP {status}, {reason}',
    'Check that the URL is the root of a Confluent-compatible API.',
  ],

  // topology
  HW_TOPOLOGY_INVALID: ['topology {topology}: {problem}', 'Correct the definition; "headwater describe" shows how it was understood.'],
  HW_EPOCH_TIMEOUT: [
    'an epoch of topology {topology} did not complete within {ms} ms',
    'A stream of it never completes: use take, timeout or a store instead of an endless inner observable.',
  ],
  HW_STATE_BROKEN: [
    'store "{store}" cannot read its changelog {topic}: {reason}',
    'The format of the state changed; give the store a new name or delete that topic.',
  ],
  HW_OUTSIDE_TASK: [
    '{operator} was subscribed outside a task',
    'Use stateful operators at the top level of a topology, not inside mergeMap or a callback.',
  ],
  HW_BLOB: [
    'picture {uri} cannot be loaded: {problem}',
    'Start the app with a blob directory (--blobs DIR) that holds it, or put the bytes into the event.',
  ],
  HW_BATCH_RESULT: [
    'microBatch "{operator}" got {got} results for {expected} values',
    'Answer with one result for each value, in their order.',
  ],
  HW_POISON_RECORD: [
    'record {record} fails in topology {topology}: {reason}',
    'See the dead-letter topic; policy "stop" ends the app instead.',
  ],

  // ml
  HW_PARAM_MISSING: ['{stage} needs the parameter {param}', 'Set it to {expected}.'],
  HW_PARAM_INVALID: ['{stage}: {param} must be {expected}, got {got}', 'Change the parameter; explainParams() lists them all.'],
  HW_PARAM_UNKNOWN: ['{stage} has no parameter {param}', 'explainParams() lists those that it has.'],
  HW_COLUMN_MISSING: ['there is no column {column} among {columns}', 'Name one of those, or add it with a stage before this one.'],
  HW_COLUMN_EXISTS: ['there is a column {column} already', 'Give the output another name, or drop the old column first.'],
  HW_COLUMN_LENGTH: ['column {column} has {got} values, {expected} were expected', 'Give columns of one length.'],
  HW_VECTOR_EXPECTED: ['column {column}, row {row}: expected {expected}, got {got}', 'Assemble or clean the column first.'],
  HW_NUMBER_EXPECTED: ['column {column}, row {row}: expected a number, got {got}', 'Index or clean the column first.'],
  HW_SAFETENSORS: ['no safetensors file: {problem}', 'Take another copy of the file; this one is damaged or of another kind.'],
  HW_PATH_EXISTS: ['{path} exists already', 'Choose another place, or set overwrite to true.'],
  HW_STAGE_FILE: ['{path} holds no saved stage: {problem}', 'Give the directory that save() wrote.'],
  HW_STAGE_UNKNOWN: ['{path} holds a {type}, which is no stage known here', 'Import the module of that stage before loading.'],
  HW_STAGE_NOT_SAVABLE: [
    '{stage} cannot be saved: {param} is a function',
    'Save the other stages, and set this parameter again after loading.',
  ],
} as const satisfies Record<`HW_${string}`, readonly [message: string, action: string]>;

export type ErrorCode = keyof typeof table;
type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Details<C extends ErrorCode> = Record<Names<(typeof table)[C][0]> | Names<(typeof table)[C][1]>, string | number>;

/** An error of the table. `code` is stable, `message` says what happened, `action` what to do; `details` holds the figures in it. */
export class HeadwaterError extends Error {
  override readonly name = 'HeadwaterError';

  constructor(
    readonly code: ErrorCode,
    readonly details: Readonly<Record<string, string | number>>,
    options?: ErrorOptions,
  ) {
    super(`${fill(table[code][0], details)}. ${fill(table[code][1], details)}`, options);
  }

  get action(): string {
    return fill(table[this.code][1], this.details);
  }
}

/** Makes the error `code` of the table; the details that its message names are required by type. */
export function error<C extends ErrorCode>(code: C, details: Details<C>, cause?: unknown): HeadwaterError {
  return new HeadwaterError(code, details, cause === undefined ? undefined : { cause });
}

/** Whether `value` is the error `code` of the table. */
export function isError(value: unknown, code: ErrorCode): value is HeadwaterError {
  return value instanceof HeadwaterError && value.code === code;
}

/** What went wrong, in words, whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The table as rows, for the docs. */
export function errorTable(): { code: string; message: string; action: string }[] {
  return Object.entries(table).map(([code, [message, action]]) => ({ code, message, action }));
}

function fill(template: string, details: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name]));
}
