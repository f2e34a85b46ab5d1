import { validators, valueText, type ConfigKey, type ConfigKeys, type Importance, type Validator, type Width } from '../config/index.js';
import type { PluginType, Plugins } from './plugins.js';

/** Where a class key gets its suggestions and its default from. */
export interface ConfigSurroundings {
  readonly plugins: Plugins;
  /** Version of the connector that the configuration names. */
  readonly version: string;
  /** The worker's converters; null in a plugin's bare description. */
  readonly converters: { readonly key: string; readonly value: string; readonly header: string } | null;
  readonly type: 'source' | 'sink';
}

/** The keys that every connector has besides its own, in Connect's groups and order. */
export function commonKeys(surroundings: ConfigSurroundings): ConfigKeys {
  return { ...connectorKeys(surroundings), ...errorKeys(), ...(surroundings.type === 'source' ? sourceKeys() : sinkKeys()) };
}

function connectorKeys({ plugins, version, converters }: ConfigSurroundings): ConfigKeys {
  const converter = (side: 'Key' | 'Value' | 'Header', order: number): ConfigKeys => {
    const type: PluginType = side === 'Header' ? 'header_converter' : 'converter';
    const name = `${side.toLowerCase()}.converter`;
    const classes = plugins.classNames(type);
    const given = converters?.[side.toLowerCase() as 'key' | 'value' | 'header'] ?? null;
    return {
      [name]: common('CLASS', 'LOW', order, 'SHORT', `${side} converter class`, {
        default: given,
        doc: `Converter of the ${side.toLowerCase()}${side === 'Header' ? ' values' : 's'}. Default: the worker's.`,
        validator: knownClass(classes),
        recommender: { values: () => classes },
      }),
      [`${name}.plugin.version`]: common('STRING', 'LOW', order + 1, 'SHORT', `${side} converter version`, {
        default: converters ? CONVERTER_VERSION : null,
        doc: `Version of the ${side.toLowerCase()} converter.`,
        recommender: { values: () => (converters ? [CONVERTER_VERSION] : []) },
      }),
    };
  };
  return {
    name: common('STRING', 'HIGH', 1, 'MEDIUM', 'Connector name', {
      doc: 'Name of the connector, unique on this log.',
      validator: validators.nonEmptyWithoutControls,
    }),
    'connector.class': common('STRING', 'HIGH', 2, 'LONG', 'Connector class', {
      doc: 'Class name or alias of the connector, as GET /connector-plugins lists it.',
    }),
    'connector.plugin.version': common('STRING', 'MEDIUM', 3, 'MEDIUM', 'Connector version', {
      default: version,
      doc: 'Version of the connector.',
      recommender: { values: () => [version] },
    }),
    'tasks.max': common('INT', 'HIGH', 4, 'SHORT', 'Tasks max', {
      default: 1,
      doc: 'Most tasks that the connector may have.',
      validator: validators.inRange(1),
    }),
    'tasks.max.enforce': common('BOOLEAN', 'LOW', 5, 'SHORT', 'Enforce tasks max', {
      default: true,
      doc: 'Whether a connector that gives more tasks than tasks.max fails.',
    }),
    ...converter('Key', 6),
    ...converter('Value', 8),
    ...converter('Header', 10),
    transforms: {
      ...common('LIST', 'LOW', 12, 'LONG', 'Transforms', {
        default: '',
        doc: 'Names of the transforms, in order.',
        validator: validators.uniqueEntries('transforms'),
      }),
      group: 'Transforms',
    },
    predicates: {
      ...common('LIST', 'LOW', 13, 'LONG', 'Predicates', {
        default: '',
        doc: 'Names of the predicates that transforms use.',
        validator: validators.uniqueEntries('predicates'),
      }),
      group: 'Predicates',
    },
    'config.action.reload': common('STRING', 'LOW', 14, 'MEDIUM', 'Reload Action', {
      default: 'restart',
      doc: 'What to do when a configuration provider changes a value: none or restart.',
      validator: validators.oneOf('none', 'restart'),
    }),
  };
}

const CONVERTER_VERSION = '4.3.1';

function errorKeys(): ConfigKeys {
  const key = (type: ConfigKey['type'], order: number, width: Width, displayName: string, rest: Rest): ConfigKey => ({
    type,
    importance: 'MEDIUM',
    group: 'Error Handling',
    order,
    width,
    displayName,
    ...rest,
  });
  return {
    'errors.retry.timeout': key('LONG', 1, 'MEDIUM', 'Retry Timeout for Errors', {
      default: 0,
      doc: 'How long to retry what failed, in ms; 0 not at all, -1 for ever.',
    }),
    'errors.retry.delay.max.ms': key('LONG', 2, 'MEDIUM', 'Maximum Delay Between Retries for Errors', {
      default: 60_000,
      doc: 'Longest wait between two tries, in ms.',
    }),
    'errors.tolerance': key('STRING', 3, 'SHORT', 'Error Tolerance', {
      default: 'none',
      doc: 'none: a record that fails in a converter or transform fails the task; all: it is left out.',
      validator: validators.oneOf('none', 'all'),
    }),
    'errors.log.enable': key('BOOLEAN', 4, 'SHORT', 'Log Errors', { default: false, doc: 'Whether tolerated errors are logged too.' }),
    'errors.log.include.messages': key('BOOLEAN', 5, 'SHORT', 'Log Error Details', {
      default: false,
      doc: "Whether the log names the record's place and time.",
    }),
  };
}

function sourceKeys(): ConfigKeys {
  const exactlyOnce = { group: 'Exactly Once Support' } as const;
  return {
    'topic.creation.groups': {
      ...common('LIST', 'LOW', 1, 'LONG', 'Topic Creation Groups', { default: '', doc: 'Groups of topics that are created alike.' }),
      group: 'Topic Creation',
    },
    'exactly.once.support': {
      ...common('STRING', 'MEDIUM', 2, 'SHORT', 'Exactly once support', {
        default: 'requested',
        doc: 'requested, or required: refuse a connector that cannot.',
        validator: validators.oneOfIgnoringCase('requested', 'required'),
      }),
      ...exactlyOnce,
    },
    'transaction.boundary': {
      ...common('STRING', 'MEDIUM', 3, 'SHORT', 'Transaction Boundary', {
        default: 'poll',
        doc: 'When records and offsets are committed: poll, interval or connector.',
        validator: validators.oneOfIgnoringCase('poll', 'interval', 'connector'),
      }),
      ...exactlyOnce,
    },
    'transaction.boundary.interval.ms': {
      ...common('LONG', 'LOW', 4, 'SHORT', 'Transaction boundary interval', {
        default: null,
        doc: "Time between commits with transaction.boundary=interval, in ms. Default: the worker's offset.flush.interval.ms.",
        validator: validators.atLeastIfSet(0),
      }),
      ...exactlyOnce,
    },
    'offsets.storage.topic': {
      ...common('STRING', 'LOW', 1, 'LONG', 'Offsets topic', {
        default: null,
        doc: "Kept for compatibility: offsets lie in the worker's offset topic.",
        validator: validators.nonEmpty,
      }),
      group: 'offsets.topic',
    },
    'topic.creation.default.partitions': { type: 'INT', default: 1, doc: 'Partitions of topics that the source creates.', internal: true },
  };
}

function sinkKeys(): ConfigKeys {
  const errors = { group: 'Error Handling' } as const;
  return {
    topics: common('LIST', 'HIGH', 4, 'LONG', 'Topics', { default: '', doc: 'Topics to read.' }),
    'topics.regex': common('STRING', 'HIGH', 4, 'LONG', 'Topics regex', {
      default: '',
      doc: 'Expression whose matches are read, whole names.',
      validator: validators.regularExpression,
    }),
    'errors.deadletterqueue.topic.name': {
      ...common('STRING', 'MEDIUM', 6, 'MEDIUM', 'Dead Letter Queue Topic Name', {
        default: '',
        doc: 'Topic for records that failed; empty: none.',
      }),
      ...errors,
    },
    'errors.deadletterqueue.topic.replication.factor': {
      ...common('SHORT', 'MEDIUM', 7, 'MEDIUM', 'Dead Letter Queue Topic Replication Factor', {
        default: 3,
        doc: 'Kept for compatibility: the log decides.',
      }),
      ...errors,
    },
    'errors.deadletterqueue.context.headers.enable': {
      ...common('BOOLEAN', 'MEDIUM', 8, 'MEDIUM', 'Enable Error Context Headers', {
        default: false,
        doc: 'Whether dead letters carry __connect.errors headers.',
      }),
      ...errors,
    },
  };
}

type Rest = Pick<ConfigKey, 'doc'> & Partial<Pick<ConfigKey, 'default' | 'validator' | 'recommender'>>;

function common(type: ConfigKey['type'], importance: Importance, order: number, width: Width, displayName: string, rest: Rest): ConfigKey {
  return { type, importance, group: 'Common', order, width, displayName, ...rest };
}

/** A class that is there, or none. */
export function knownClass(classes: readonly string[]): Validator {
  const known = new Set(classes.flatMap((name) => [name, name.slice(name.lastIndexOf('.') + 1)]));
  return (value) =>
    value === null || (typeof value === 'string' && known.has(value)) ? undefined : `Class ${valueText(value) ?? ''} could not be found.`;
}
