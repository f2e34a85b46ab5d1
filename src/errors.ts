/**
 * Every error that Headwater throws on purpose: the code is the key, the message says where, what was expected and what it got,
 * the action says what to do. `ERRORS.md` lists the same table; a test holds both together.
 */
const table = {
  // log
  HW_LOG_LOCATION: ['"{location}" names no log', 'Give a directory, "memory:" or "kafka://HOST:PORT[,HOST:PORT]".'],
  HW_LOG_CLOSED: ['{log} is closed', 'Open it again; a closed log takes no calls.'],
  HW_LOG_MISSING: ['there is no log in {directory}', 'Give the directory that an app writes to; `headwater produce` and `run` make one.'],
  HW_LOG_DIRECTORY: ['the directory {directory} cannot hold a log: {reason}', 'Give another directory, or correct its owner and rights.'],
  HW_LOG_FORMAT: [
    'the log in {directory} has format {found}, this Headwater knows formats up to {known}',
    'Use the newer Headwater that wrote it; nothing was changed.',
  ],
  HW_LOG_CORRUPT: [
    'the log in {directory} is damaged: {problem}',
    'Restore the directory from a copy, or start with an empty one; nothing was changed.',
  ],
  HW_LOG_IO: ['the disk of {directory} refused a write; nothing of it was kept', 'Check the disk and its messages, then go on.'],
  HW_LOG_FULL: [
    'the disk of {directory} is full; nothing of the last write was kept',
    'Free some space or set retention on the topics, then go on.',
  ],
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
  HW_TOPIC_PARTITIONS: ['topic {topic} was to get {partitions} partitions', 'Give a whole number from 1.'],
  HW_RECORD_TIMESTAMP: ['a record for topic {topic} has the timestamp {timestamp}', 'Use whole milliseconds since 1970.'],
  HW_RECORD_WITHOUT_KEY: [
    'a record for the compacted topic {topic} has no key',
    'Give it a key; compaction keeps the last record of each.',
  ],
  HW_NOT_ASSIGNED: [
    '{partition} is not among the partitions of this lease or reader',
    'Use positions of its own topics and partition number.',
  ],
  HW_GROUP_ACTIVE: ['group {group} has members', 'Stop its applications, then move its offsets.'],
  HW_GROUP_TOPICS: [
    'a member of group {group} with the topics {topics} met one with {others}',
    'Give members of one group the same topics, or use another group.',
  ],
  HW_GROUP_LOCKED: [
    'group {group} in {log} is run by process {pid} on {host}',
    'Stop that process, use another group, or share the work on Kafka.',
  ],
  HW_LEASE_LOST: [
    'partition {partition} of group {group} belongs to another member now',
    'Nothing to do: the new owner goes on from the last commit.',
  ],
  HW_LOG_READ_BACK: ['{log} did not give back what was written to its topic {topic}', 'Look at the log of the broker, or at the disk.'],
  HW_RECORD_TOO_LARGE: [
    'a record or batch for topic {topic} is larger than {log} takes',
    'Raise max.message.bytes of the topic, or send pictures by URI.',
  ],
  HW_KAFKA_AWAY: ['{log} does not answer: {reason}', 'Check the address, and that a broker runs there and can be reached from here.'],
  HW_KAFKA_LOGIN: [
    '{log} refuses these credentials: {reason}',
    'Check user, password and mechanism (plain, scram-sha-256, scram-sha-512).',
  ],
  HW_KAFKA_NOT_AUTHORIZED: ['{log} does not allow this: {reason}', 'Grant the user the missing right (kafka-acls.sh), or use another one.'],
  HW_KAFKA_FAILED: ['{log} failed: {reason}', 'See the cause, and the log of the broker.'],

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

  // cli
  HW_JSONL_LINE: ['{file}, line {line}: {problem}', 'Write one object with a "value" a line, as "headwater tail --json" prints them.'],
  HW_DOCTOR: ['{failed} of {checks} checks failed', 'Each of them says what to do.'],
  HW_CAMERA_FILE: [
    '{file} describes no camera: {problem}',
    'Write a JSON object of width, height and regions, each of a name and a polygon of [x, y] corners in pixels.',
  ],
  HW_FILE: ['{file} cannot be read: {reason}', 'Check the path and its permissions.'],
  HW_KAFKA_CONFIG: [
    '{file} does not say how to reach Kafka: {problem}',
    "Give the properties that Kafka's own tools take; known are {keys}.",
  ],
  HW_FILE_WRITE: ['{file} cannot be written: {reason}', 'Check that its folder exists and may be written to.'],
  HW_GROUP_UNKNOWN: ['group {group} has committed nothing in {log}', 'Give one of those that headwater groups lists.'],
  HW_SUBJECT_UNKNOWN: ['the schema registry has no subject {subject}', 'Give one of those that headwater schemas lists.'],

  // server
  HW_HTTP_ADDRESS: ['"{address}" is no address to listen on', 'Give a port, or HOST:PORT such as 127.0.0.1:8080; port 0 takes a free one.'],
  HW_HTTP_LISTEN: ['{address} cannot be listened on: {reason}', 'Give another port, or end what holds this one.'],
  HW_LABEL: [
    'label {index}: {problem}',
    'Send camera, region, capturedAt and label of what is labelled, as JSON, or predictionId and label; source if you like.',
  ],
  HW_LABEL_KEY: [
    'the label has the key {key}, expected {expected}',
    'Key labels by camera/region, so that they come to the partition of their frames; "headwater produce labels" does.',
  ],
  HW_FRAME_UNKNOWN: [
    'there is no frame at {position}',
    'Ask for a record that is still kept; predictions name the one that they came from.',
  ],

  // connect
  HW_CONNECT_TOLERANCE: [
    'Tolerance exceeded in error handler, {stage} with {class}: {reason}',
    'Correct the record or the configuration, or set errors.tolerance=all and a dead-letter topic.',
  ],
  HW_CONNECT_BAD_REQUEST: ['{problem}', 'Correct the request or the connector configuration.'],
  HW_CONNECT_NOT_FOUND: ['{problem}', 'GET /connectors and GET /connector-plugins list what there is.'],
  HW_CONNECT_CONFLICT: ['{problem}', 'Repeat the request a little later, or choose another name.'],
  HW_CONNECT_FORBIDDEN: ['{problem}', "Change the worker's configuration."],
  HW_CONNECT_PLUGINS: ['{folder} holds no connectors', 'Give a folder whose manifest.js exports a list of connectors by default.'],
  HW_CONNECT_FILE: ['{path} is no configuration: {problem}', 'Write key=value lines, or JSON with name and config.'],
  HW_CONNECT_CONNECTOR: ['{path} configures no connector: {problem}', 'headwater connect NAME --help shows the keys of a connector.'],
  HW_CONNECT_TLS: [
    'HTTPS cannot be served: {problem}',
    'Give --tls-cert and --tls-key, a certificate chain and its private key as PEM files.',
  ],
  HW_CONNECT_INTERNAL: ['{problem}', "See the worker's log."],
  HW_CONNECT_OPTIONAL: ['{connector} needs the package {package}', 'Install it: npm install {package}.'],
  HW_CONNECT_DATA: ['{problem}', "Correct the value or its schema; the rules are those of Kafka Connect's data API."],

  // topology
  HW_TOPOLOGY_INVALID: ['topology {topology}: {problem}', 'Correct the definition; "headwater describe" shows how it was understood.'],
  HW_TOPOLOGY_FILE: [
    'topology "{topology}" cannot be loaded: {problem}',
    'Name one of the package (score, featurize, predict, retrain, teach) or a .ts or .js file whose default export is topology(...).',
  ],
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
  HW_RECORDS_GONE: [
    '{topic}-{partition} begins at offset {earliest}, offset {from} was asked for',
    'Keep more of that topic (retention), or ask for newer records.',
  ],
  HW_BLOB: [
    'picture {uri} cannot be loaded: {problem}',
    'Start the app with the directory or bucket that holds it (--blobs DIR or s3://BUCKET/PREFIX), or put the bytes into the event.',
  ],
  HW_BLOB_AWAY: [
    'picture {uri} cannot be loaded now: {reason}',
    'Nothing: the app tries again until the store is back. See to the store and its credentials if it stays away.',
  ],
  HW_BATCH_RESULT: [
    'microBatch "{operator}" got {got} results for {expected} values',
    'Answer with one result for each value, in their order.',
  ],
  HW_POISON_RECORD: [
    'record {record} fails in topology {topology}: {reason}',
    'See the dead-letter topic; policy "stop" ends the app instead.',
  ],

  // loop
  HW_CHAMPION_CHANGED: ['the champion of {head} is {got}, not {expected}', 'Look at headwater models list and decide anew.'],
  HW_NO_PREVIOUS: ['{head} has no previous version', 'Roll back once a second version has been promoted.'],
  HW_VERSION_UNKNOWN: ['{found} versions begin with "{version}"', 'Give one of headwater models list.'],
  HW_VERSION_PRUNED: [
    '{version} of {head} was pruned: the registry keeps the versions that an alias stands for and the newest ones',
    'Give one of headwater models list; the option keep of retrain says how many there are.',
  ],
  HW_HEAD_UNKNOWN: ['"{head}" is no head of a region', 'Give an id as headwater models list shows it, name@camera/region.'],
  HW_HEAD_WITHOUT_VERSION: ['"{head}" has no champion', 'Give a head of headwater models list, or one of its versions with --version.'],
  HW_PREDICTION_UNKNOWN: ['there is no prediction {id}', 'Give the id of a record of the topic predictions that is still kept.'],
  HW_FEATURES_GONE: [
    'the feature log has no features of {id}',
    'Give a prediction whose features are still kept (headwater topics tells how long).',
  ],
  HW_REPLAY_DIFFERS: ['training {version} again gave {got}', 'Run it on the same kind of machine; the same rows then give the same bytes.'],
  HW_CRON: [
    '"{pattern}" is no cron pattern: {reason}',
    'Write minute, hour, day, month and weekday, such as "0 3 * * *" for three every night (UTC).',
  ],
  HW_TRAINING_LATE: [
    'a training of {head} did not end within {ms} ms',
    'Nothing was registered, and the next trigger trains again; raise deadlineMs, or search fewer penalties or a smaller window.',
  ],
  HW_ROLLOUT: [
    'a roll-out has the stages {stages} of {labels} labels each',
    'Give rising percentages from 0 (shadow) to 100, and a whole number of labels from 1.',
  ],
  HW_TOO_FEW_EXAMPLES: ['{head} has no labelled examples', 'Give labels to its predictions first.'],
  HW_NOTHING_TO_LEARN: ['{head} was not trained: {problem}', 'Give labels of other frames, and ask again.'],

  // ml: model files and zoo
  HW_MODEL_FILE: ['{file} is no model that can be read: {problem}', 'Give a Keras .h5 or .keras file, a tfjs model.json or an .onnx file.'],
  HW_MODEL_WEIGHTS: ['the weights in {file} do not fit {model}: {problem}', 'Use the file that belongs to this architecture.'],
  HW_LAYER_UNSUPPORTED: [
    'layer {layer} ({kind}) cannot be written as ONNX: {problem}',
    'Export the model to ONNX with its own tools (tf2onnx, torch.onnx) and use OnnxTransformer.',
  ],
  HW_DOWNLOAD: [
    '{url} cannot be fetched: {problem}',
    'Call again to go on where it stopped; without a way to the internet, lay the file at {file} or give its path as weights.',
  ],
  HW_DOWNLOAD_DIGEST: [
    'the bytes of {url} have {algorithm} {got}, {expected} was expected',
    'Remove the file and fetch it again; do not use what came.',
  ],
  HW_TFJS_MISSING: ['TF.js is not installed', 'Run npm install @tensorflow/tfjs; @tensorflow/tfjs-node or -gpu train faster.'],
  HW_TRAINING: ['training failed: {reason}', 'See the reason; labels must fit the loss and the last layer of the model.'],
  HW_TRAINING_EMPTY: [
    'none of the {rows} pictures of column {column} could be loaded',
    'Try imageLoader on one of the values; without a picture there is nothing to train on.',
  ],
  HW_TEXT_EXPECTED: ['column {column}, row {row}: expected a text, got {got}', 'Select a column of texts, or convert it first.'],
  HW_IMAGE_EXPECTED: [
    'column {column}, row {row}: expected a picture, got {got}',
    'Use readImages, or give image structs, lazy images or bytes of files.',
  ],
  HW_TENSOR_UNKNOWN: ['{model} has no {tensor} among its {direction}', 'Map one of: {known}.'],
  HW_TENSOR_MANY: [
    '{model} has {count} {direction}: {known}',
    'Say which: give a mapping of columns and tensors, or the name of the tensor.',
  ],
  HW_TENSOR_UNFED: ['nothing is mapped to the input {tensor} of {model}', 'Map a column to it in inputMapping.'],
  HW_TENSOR_TYPE: ['{tensor} is of type {type}, which no column can be turned into', 'Export the model with a number type.'],
  HW_TENSOR_SHAPE: ['column {column}, row {row}: {tensor} takes {expected} a row, got {got}', 'Reshape the column, or give another model.'],
  HW_TENSOR_VALUE: ['column {column}, row {row}: {tensor} takes {type}, got {got}', 'Convert or clean the column first.'],
  HW_TENSOR_ROWS: ['{tensor} of {model} has {got} rows for a batch of {expected}', 'Export the model with the rows as its first axis.'],

  // time
  HW_DURATION: ['"{duration}" is no duration', 'Give milliseconds as a number, or a number with ms, s, m, h or d, such as "1.5s".'],
  HW_WINDOW: ['window "{name}": {problem}', 'Correct the options of this window.'],
  HW_DRIFT: [
    'a drift test of {recent} vectors against {reference} cannot tell what is usual',
    'Give at least 2 recent vectors and twice as many of reference.',
  ],
  HW_LATE_OUTPUT: ['a LateOutput {problem}', 'Make one for each operator and give it as its option "late".'],

  // ml
  HW_PARAM_MISSING: ['{stage} needs the parameter {param}', 'Set it to {expected}.'],
  HW_PARAM_INVALID: ['{stage}: {param} must be {expected}, got {got}', 'Change the parameter; explainParams() lists them all.'],
  HW_PARAM_UNKNOWN: ['{stage} has no parameter {param}', 'Use one of: {known}.'],
  HW_DATASET_ARGUMENT: ['{call} takes {expected}, got {got}', 'Change the argument.'],
  HW_COLUMN_MISSING: ['there is no column {column} among {columns}', 'Name one of those, or add it with a stage before this one.'],
  HW_COLUMN_EXISTS: ['there is a column {column} already', 'Give the output another name, or drop the old column first.'],
  HW_COLUMN_LENGTH: ['column {column} has {got} values, {expected} were expected', 'Give columns of one length.'],
  HW_COLUMN_KIND: ['column {column} cannot be written: {problem}', 'Convert the column first, with withColumn.'],
  HW_VECTOR_EXPECTED: ['column {column}, row {row}: expected {expected}, got {got}', 'Assemble or clean the column first.'],
  HW_NUMBER_EXPECTED: ['column {column}, row {row}: expected a number, got {got}', 'Index or clean the column first.'],
  HW_FEATURES_SHAPE: ['{numbers} numbers are no {rows} feature vectors', 'Give rows x width numbers and one label a row.'],
  HW_FEATURES_FINITE: ['feature vector {row} holds {got}', 'Drop the row, or look at what made its features.'],
  HW_FEATURES_WIDTH: ['{head} takes {expected} features, got {got}', 'Use the featurizer that it was fitted on.'],
  HW_ROWS_FEW: [
    '{stage} learns from {expected} rows or more, got {got}',
    'Give more rows, or look at what filters them before this stage.',
  ],
  HW_HEAD_FILE: ['no head file: {problem}', 'Give a file that saveHead wrote.'],
  HW_NO_ROWS: ['there is no row to learn from or to evaluate in column {column}', 'Look at what filters the rows before this stage.'],
  HW_WEIGHT_NEGATIVE: ['row {row} has the weight {got}', 'Give finite weights of 0 or more.'],
  HW_LABEL_EXPECTED: ['column {column}, row {row}: expected a string or number as label, got {got}', 'Clean the labels first.'],
  HW_LABEL_LIST: [
    'column {column}, row {row}: expected a list of labels, got {got}',
    'Give the labels of each row as a list, [] for none.',
  ],
  HW_LABEL_UNKNOWN: [
    'column {column}, row {row}: the label {label} was not learned',
    'Fit again with it, or keep or skip unknown labels (handleInvalid).',
  ],
  HW_GRID_STAGE: [
    'the grid sets {param} of {stage}, which is no part of the estimator {estimator}',
    'Build the grid from the stages of the estimator that is searched.',
  ],
  HW_LABEL_BINARY: [
    'column {column}, row {row}: expected {expected} as one of two labels, got {got}',
    'Index the labels first, or evaluate what a fitted model gives.',
  ],
  HW_LABEL_KINDS: [
    'column {labels} holds {labelKind} and column {predictions} {predictionKind}: no prediction can be right',
    'Compare the indexed labels, or bring predictions back to labels with IndexToString.',
  ],
  HW_FOLDS: ['no folds: {problem}', 'Change numFolds, or the column that deals the rows.'],
  HW_SEARCH_FAILED: [
    'no point of the grid could be scored: {reason}',
    'Correct what fails; errorScore "raise" shows the first failure as it is.',
  ],
  HW_FIT_SHARD: ['shard {shard} of the fit {fit} failed: {reason}', 'Correct the rows of that shard, then fit again under a new name.'],
  HW_DATA_FILE: ['{path} cannot be read: {place}: {problem}', 'Correct the file or give another one.'],
  HW_SAFETENSORS: ['no safetensors file: {problem}', 'Take another copy of the file; this one is damaged or of another kind.'],
  HW_PATH_EXISTS: ['{path} exists already', 'Choose another place, or set overwrite to true.'],
  HW_STAGE_FILE: ['{path} holds no saved stage: {problem}', 'Give the directory that save() wrote.'],
  HW_STAGE_UNKNOWN: ['{path} holds a {type}, which is no stage known here', 'Import the module of that stage before loading.'],
  HW_STAGE_NOT_SAVABLE: [
    '{stage} cannot be saved: {param} is a function',
    'Save the other stages, and set this parameter again after loading.',
  ],

  // image
  HW_IMAGE_FORMAT: [
    'no picture format that is read here: {problem}',
    'Send JPEG, PNG, WebP, GIF, TIFF or AVIF, or name the encoding of raw pixels (rgb8, bgr8, mono8, ...).',
  ],
  HW_IMAGE_CORRUPT: [
    '{format} picture cannot be decoded: {reason}',
    'Nothing to do but send it again: the bytes are damaged or cut short.',
  ],
  HW_IMAGE_LIMIT: ['{format} picture has {what}, the limit is {limit}', 'Scale it down before sending.'],
  HW_IMAGE_REGION: [
    'region {region} holds no pixel of the picture ({width} x {height})',
    'Correct the region list of this camera; regions count in pixels of its pictures.',
  ],
  HW_IMAGE_ARRAY: [
    '{length} values of {kind} with the shape [{shape}] are no picture',
    'Give a Uint8Array with the shape [height, width, 1, 3 or 4].',
  ],
  HW_IMAGE_FILE: ['{path} cannot be read as a picture: {reason}', 'Repair or remove the file, or pass dropImageFailures: true.'],
  HW_IMAGE_NONE: [
    '{pattern} matches no file',
    'Check the path; use recursive: true or a glob such as photos/**/*.jpg for folders in folders.',
  ],

  // sql
  HW_SQL_SYNTAX: ['the query is no SQL at {place}: {problem}', 'Correct it; the dialect is a subset of PostgreSQL (SQL.md).'],
  HW_SQL_UNSUPPORTED: ['{what} at {place} is not supported', 'Rather {instead}.'],
  HW_SQL_NAME: ['"{name}" {problem}', 'Give the table or function another name.'],
  HW_SQL_TABLE_UNKNOWN: ['there is no table {table} ({place})', 'Register it with registerTable, or use one of: {known}.'],
  HW_SQL_COLUMN_UNKNOWN: ['there is no column {column} ({place})', 'Use one of: {known}; fields of a struct are written column.field.'],
  HW_SQL_COLUMN_AMBIGUOUS: ['column {column} ({place}) may be any of {candidates}', 'Write the table before it.'],
  HW_SQL_FUNCTION_UNKNOWN: ['there is no function {function} ({place})', 'Register it with registerUDF, or use one of: {known}.'],
  HW_SQL_ARGUMENTS: ['{call} ({place}) takes {expected}, got {got}', 'Correct its arguments; SQL.md describes every function.'],
  HW_SQL_GROUP: ['{column} ({place}) is neither grouped nor aggregated', 'Add it to GROUP BY, or aggregate it.'],
  HW_SQL_PARAMETER: ['{parameter} ({place}) has no value, {count} were given', 'Give a value for each, null where there is none.'],
  HW_SQL_TYPE: ['{operation} ({place}) takes {expected}, got {got}', 'Convert it with CAST, or correct the column.'],
  HW_SQL_VALUE: ['{operation} ({place}) cannot be computed: {problem}', 'Keep such rows away with WHERE, CASE or NULLIF.'],
  HW_SQL_FIELD: ['the struct has no field {field} ({place})', "Use one of: {fields}; column->'field' gives null where it is missing."],
  HW_SQL_UDF: ['the function {name} fails: {reason}', 'Correct the function; it is given the values of one row, which may be null.'],

  // engines
  HW_MODEL_UNKNOWN: ['there is no model named "{model}"', 'Use one of: {known}.'],
  HW_MODEL_LOAD: [
    'model {model} cannot be loaded: {reason}',
    'Check that the file is whole and that the device can run it (headwater doctor).',
  ],
  HW_MODEL_RUN: ['model {model} fails: {reason}', 'See the reason; the other rows of its batch were answered.'],
  HW_MODEL_CLOSED: ['model {model} is closed', 'Make a new one; a closed model takes no rows.'],
  HW_MODEL_QUEUE_FULL: ['{rows} rows wait for model {model}', 'Bound the concurrency of the caller (mapOrdered), or raise maxQueue.'],
  HW_LANE_DEADLINE: [
    'one row took a lane of model {model} longer than {ms} ms',
    'The picture is hostile or the model too slow; raise deadlineMs if it is the model.',
  ],
  HW_LANE_CRASHED: ['a lane of model {model} died on this row: {reason}', 'The row is given up; the lane was replaced.'],
  HW_DEVICE_UNKNOWN: ['"{device}" is no device', 'Set HEADWATER_DEVICE to auto, cpu, webgpu or cuda.'],
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
    super(`${fill(table[code][0], details).replace(/\.$/, '')}. ${fill(table[code][1], details)}`, options);
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
