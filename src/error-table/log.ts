import type { Errors } from './errors-of.js';

/** What the log, its records' formats and time refuse. */
export const logErrors = {
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

  // time
  HW_DURATION: ['"{duration}" is no duration', 'Give milliseconds as a number, or a number with ms, s, m, h or d, such as "1.5s".'],
  HW_WINDOW: ['window "{name}": {problem}', 'Correct the options of this window.'],
  HW_DRIFT: [
    'a drift test of {recent} vectors against {reference} cannot tell what is usual',
    'Give at least 2 recent vectors and twice as many of reference.',
  ],
  HW_LATE_OUTPUT: ['a LateOutput {problem}', 'Make one for each operator and give it as its option "late".'],
} as const satisfies Errors;
