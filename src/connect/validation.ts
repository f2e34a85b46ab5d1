import {
  defineConfig,
  javaRegexForWhole,
  keyInfo,
  validators,
  type ConfigKey,
  type ConfigKeyInfo,
  type ConfigKeys,
  type ConfigValue,
  type Properties,
} from '../config/index.js';
import { error } from '../errors.js';
import { commonKeys, knownClass } from './connector-config.js';
import type { ConnectorPlugin, SourcePlugin } from './connector.js';
import { CONNECT_VERSION, type Plugins } from './plugins.js';
import { withPrefix } from './runtime/properties.js';
import { aliases } from './runtime/transformation-chain.js';

/** The answer of PUT /connector-plugins/{class}/config/validate. */
export interface ConfigInfos {
  readonly name: string;
  readonly error_count: number;
  readonly groups: readonly string[];
  readonly configs: readonly { readonly definition: ConfigKeyInfo; readonly value: ConfigValue }[];
}

const GROUPS = { source: ['Topic Creation', 'Exactly Once Support', 'offsets.topic'], sink: [] };
type Converters = { readonly key: string; readonly value: string; readonly header: string };

/** Checks a connector's whole configuration: Connect's own keys, transforms, predicates, converters, and the connector's keys. */
export async function validateConnector(properties: Properties, plugins: Plugins, converters: Converters): Promise<ConfigInfos> {
  const className = properties['connector.class'];
  if (!className) {
    const shown = Object.entries(properties).map(([key, value]) => `${key}=${value ?? 'null'}`);
    throw error('HW_CONNECT_BAD_REQUEST', { problem: `Connector config {${shown.join(', ')}} contains no connector type` });
  }
  const plugin = plugins.connector(className);
  const steps = stepKeys(properties, plugins);
  const keys: ConfigKeys = { ...commonKeys({ plugins, version: plugin.version, converters, type: plugin.type }), ...steps.keys };
  const own = defineConfig({ ...keys, ...plugin.config.keys, ...converterKeys(properties, plugins) });
  const values = own.validate({
    'key.converter.converter.type': 'key',
    'value.converter.converter.type': 'value',
    'header.converter.converter.type': 'header',
    ...properties,
  });
  const found = [
    values,
    nullValues(properties, values),
    plugin.type === 'sink' ? topicErrors(properties) : deliveryErrors(plugin, properties),
    await connectorErrors(plugin, properties),
  ].flat();
  const merged = mergeErrors(found);
  return {
    name: className,
    error_count: merged.reduce((count, value) => count + value.errors.length, 0),
    groups: ['Common', 'Transforms', 'Predicates', 'Error Handling', ...GROUPS[plugin.type], ...steps.groups],
    configs: merged.map((value) => ({
      definition: keyInfo(value.name, own.keys[value.name] ?? { type: 'STRING', default: null, doc: '' }),
      value,
    })),
  };
}

/** The keys of each transform and predicate that the configuration names. */
function stepKeys(properties: Properties, plugins: Plugins): { keys: ConfigKeys; groups: string[] } {
  const keys: Record<string, ConfigKey> = {};
  const groups: string[] = [];
  const add = (kind: 'transform' | 'predicate', alias: string, classes: readonly string[], extra: ConfigKeys): void => {
    const prefix = `${kind}s.${alias}.`;
    const group = `${kind === 'transform' ? 'Transforms' : 'Predicates'}: ${alias}`;
    const title = kind === 'transform' ? 'Transformation' : 'Predicate';
    groups.push(group);
    const plugin = plugins.find(properties[`${prefix}type`] ?? '');
    const version = plugin ? CONNECT_VERSION : null;
    const own: ConfigKeys = {
      type: {
        type: 'CLASS',
        importance: 'HIGH',
        width: 'LONG',
        displayName: `${title} type for ${alias}`,
        doc: `Class of ${kind} ${alias}.`,
        validator: knownClass(classes),
        recommender: { values: () => classes },
      },
      'plugin.version': {
        type: 'STRING',
        default: version,
        importance: 'HIGH',
        width: 'LONG',
        displayName: `${title} version for ${alias}`,
        doc: `Version of ${kind} ${alias}.`,
        recommender: { values: () => (version === null ? [] : [version]) },
      },
      ...sortedKeys({ ...extra, ...(plugin && classes.includes(plugin.class) ? plugin.config.keys : {}) }),
    };
    Object.entries(own).forEach(([name, key], order) => {
      keys[prefix + name] = { displayName: name, ...key, group, order };
    });
  };
  for (const alias of aliases(properties.transforms)) {
    add('transform', alias, plugins.classNames('transformation'), {
      negate: { type: 'BOOLEAN', default: false, doc: 'Whether the predicate is negated.' },
      predicate: { type: 'STRING', default: null, doc: 'Name of the predicate that decides whether the transform applies.' },
    });
  }
  for (const alias of aliases(properties.predicates)) add('predicate', alias, plugins.classNames('predicate'), {});
  return { keys, groups };
}

function sortedKeys(keys: ConfigKeys): ConfigKeys {
  return Object.fromEntries(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The keys of the converters that the connector names itself. */
function converterKeys(properties: Properties, plugins: Plugins): ConfigKeys {
  const found = (['key', 'value', 'header'] as const).flatMap((side) => {
    const plugin = properties[`${side}.converter`] ? plugins.find(properties[`${side}.converter`] ?? '') : undefined;
    if (!plugin || !/converter$/.test(plugin.type)) return [];
    return Object.entries(plugin.config.keys).map(([name, key]): [string, ConfigKey] => [
      `${side}.converter.${name}`,
      { displayName: name, ...key },
    ]);
  });
  return Object.fromEntries(found);
}

function nullValues(properties: Properties, values: readonly ConfigValue[]): ConfigValue[] {
  return Object.entries(properties)
    .filter(([, value]) => value === null)
    .map(([name]) => ({
      ...(values.find((value) => value.name === name) ?? { name, value: null, recommended_values: [], visible: true }),
      errors: ['Null value can not be supplied as the configuration value.'],
    }));
}

type Complaint = (name: string, problem: string) => ConfigValue;

function complaints(properties: Properties): Complaint {
  return (name, problem) => ({ name, value: properties[name] ?? null, recommended_values: [], errors: [problem], visible: true });
}

/** What the source cannot do (Connect's preflight of exactly-once sources). */
function deliveryErrors(plugin: SourcePlugin, properties: Properties): ConfigValue[] {
  const on = complaints(properties);
  const exactlyOnce = plugin.exactlyOnce?.(properties) ?? true;
  const required = properties['exactly.once.support']?.trim().toLowerCase() === 'required';
  const bounded = properties['transaction.boundary']?.trim().toLowerCase() === 'connector';
  return [
    ...(required && !exactlyOnce
      ? [on('exactly.once.support', 'The connector does not support exactly-once semantics with the provided configuration.')]
      : []),
    ...(bounded && plugin.endsTransactions !== true
      ? [
          on(
            'transaction.boundary',
            'The connector does not support connector-defined transaction boundaries with the given configuration. Please configure it to use a different transaction boundary definition.',
          ),
        ]
      : []),
  ];
}

function topicErrors(properties: Properties): ConfigValue[] {
  const topics = aliases(properties.topics);
  const regex = properties['topics.regex'] ?? '';
  const deadLetters = properties['errors.deadletterqueue.topic.name'] ?? '';
  const on = complaints(properties);
  const both = (problem: string): ConfigValue[] => [on('topics', problem), on('topics.regex', problem)];
  if (topics.length > 0 && regex !== '') return both('topics and topics.regex are mutually exclusive options, but both are set.');
  if (topics.length === 0 && regex === '') return both('Must configure one of topics or topics.regex');
  if (deadLetters === '') return [];
  if (topics.includes(deadLetters))
    return [
      on(
        'topics',
        `The DLQ topic '${deadLetters}' may not be included in the list of topics (topics=${topics.join(',')}) consumed by the connector`,
      ),
    ];
  if (regex !== '' && validators.regularExpression(regex) === undefined && javaRegexForWhole(regex).test(deadLetters)) {
    return [
      on(
        'topics.regex',
        `The DLQ topic '${deadLetters}' may not be included in the regex matching topics (topics.regex=${regex}) consumed by the connector`,
      ),
    ];
  }
  return [];
}

async function connectorErrors(plugin: ConnectorPlugin, properties: Properties): Promise<readonly ConfigValue[]> {
  const asked = withPrefix(properties, '');
  return (await plugin.connector?.().validate?.(asked)) ?? [];
}

/** One value a key: errors of all, the rest of the first. */
function mergeErrors(values: readonly ConfigValue[]): ConfigValue[] {
  const merged = new Map<string, ConfigValue>();
  for (const value of values) {
    const known = merged.get(value.name);
    merged.set(value.name, known ? { ...known, errors: [...known.errors, ...value.errors] } : value);
  }
  return [...merged.values()];
}
