import type { Errors } from './errors-of.js';

/** What configurations, commands, the server, Connect and topologies refuse. */
export const appErrors = {
  // config
  HW_CONFIG: ['{count} configuration problem(s): {problems}', 'Correct the named keys; "--help" and the docs page list them all.'],

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
} as const satisfies Errors;
