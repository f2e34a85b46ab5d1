import { defineConfig, validators, type ConfigOf } from '../config/index.js';

/** The worker's own configuration: Connect's names where Connect has them. */
export const workerConfig = defineConfig({
  'group.id': { type: 'STRING', default: 'connect-cluster', importance: 'HIGH', doc: 'Workers of one group share connectors and tasks.' },
  'config.storage.topic': { type: 'STRING', default: 'connect-configs', importance: 'HIGH', doc: 'Topic of configurations and commands.' },
  'offset.storage.topic': { type: 'STRING', default: 'connect-offsets', importance: 'HIGH', doc: 'Topic of source offsets.' },
  'status.storage.topic': { type: 'STRING', default: 'connect-status', importance: 'HIGH', doc: 'Topic of states.' },
  'work.topic': {
    type: 'STRING',
    default: 'connect-work',
    importance: 'LOW',
    doc: 'Topic without records whose partitions are the shares of work that the group assigns.',
  },
  'work.shares': { type: 'INT', default: 25, importance: 'LOW', doc: 'Partitions of that topic.', validator: validators.inRange(1) },
  'key.converter': {
    type: 'CLASS',
    default: 'org.apache.kafka.connect.json.JsonConverter',
    importance: 'HIGH',
    doc: 'Converter of keys, where a connector names none.',
  },
  'value.converter': {
    type: 'CLASS',
    default: 'org.apache.kafka.connect.json.JsonConverter',
    importance: 'HIGH',
    doc: 'Converter of values, where a connector names none.',
  },
  'header.converter': {
    type: 'CLASS',
    default: 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
    importance: 'LOW',
    doc: 'Converter of header values, where a connector names none.',
  },
  'offset.flush.interval.ms': {
    type: 'LONG',
    default: 60_000,
    importance: 'LOW',
    doc: 'How often sinks commit offsets.',
    validator: validators.inRange(1),
  },
  'topic.tracking.enable': {
    type: 'BOOLEAN',
    default: true,
    importance: 'LOW',
    doc: 'Whether the topics that connectors use are tracked.',
  },
  'topic.tracking.allow.reset': { type: 'BOOLEAN', default: true, importance: 'LOW', doc: 'Whether that list may be reset.' },
  'schema.registry.url': { type: 'STRING', default: null, importance: 'MEDIUM', doc: "Registry of Avro schemas. Default: the log's own." },
});
export type WorkerConfig = ConfigOf<typeof workerConfig>;
