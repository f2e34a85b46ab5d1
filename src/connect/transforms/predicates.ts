import {
  defineConfig,
  javaRegexForWhole,
  validators,
  type ConfigDefinition,
  type ConfigKeys,
  type ConfigOf,
  type Properties,
} from '../../config/index.js';
import type { ConnectRecord } from '../data/record.js';

/** Decides whether a transform applies to a record. */
export type Predicate = (record: ConnectRecord) => boolean;

export interface PredicatePlugin {
  readonly className: string;
  readonly config: ConfigDefinition;
  create(properties: Properties): Predicate;
}

function predicate<K extends ConfigKeys>(
  name: string,
  config: ConfigDefinition<K>,
  make: (options: ConfigOf<{ keys: K }>) => Predicate,
): PredicatePlugin {
  return {
    className: `org.apache.kafka.connect.transforms.predicates.${name}`,
    config,
    create: (properties) => make(config.parse(properties)),
  };
}

/** Connect's three predicates. */
export const predicates: readonly PredicatePlugin[] = [
  predicate(
    'HasHeaderKey',
    defineConfig({ name: { type: 'STRING', importance: 'MEDIUM', doc: 'Name of the header.', validator: validators.nonEmpty } }),
    ({ name }) =>
      (record) =>
        record.headers.some((header) => header.key === name),
  ),
  predicate('RecordIsTombstone', defineConfig({}), () => (record) => record.value === null),
  predicate(
    'TopicNameMatches',
    defineConfig({
      pattern: {
        type: 'STRING',
        importance: 'MEDIUM',
        doc: 'Expression that must match the whole topic name.',
        validator: validators.allOf(validators.nonEmpty, validators.regularExpression),
      },
    }),
    ({ pattern }) => {
      const whole = javaRegexForWhole(pattern);
      return (record) => whole.test(record.topic);
    },
  ),
];
