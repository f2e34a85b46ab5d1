import { error } from '../errors.js';
import { configHelp, configMarkdown } from './config-docs.js';
import { ConfigParseError, invalidValue, parseValue, valueText } from './parse-value.js';
import type { ConfigKey, ConfigKeyInfo, ConfigKeys, ConfigOf, ConfigValue } from './types.js';

/** Properties as they come from a file, a form or REST: text by name. */
export type Properties = Readonly<Record<string, string | null>>;

/** A component's schema: its type, defaults, validation, `--help`, docs table and Connect's ConfigDef answer. */
export interface ConfigDefinition<K extends ConfigKeys = ConfigKeys> {
  readonly keys: K;
  /** The typed configuration with defaults filled in, frozen. Throws HW_CONFIG with every problem found. */
  parse(properties: Properties): ConfigOf<{ keys: K }>;
  /** Each key's value and problems; never throws. */
  validate(properties: Properties): ConfigValue[];
  /** Each key as Connect's REST interface describes it. */
  describe(): ConfigKeyInfo[];
  /** One paragraph a key, for `--help`. */
  help(): string;
  /** A table of the keys, for a docs page. */
  markdown(): string;
  /** A definition with the keys of both; on equal names those of `more` win. */
  with<M extends ConfigKeys>(more: M): ConfigDefinition<K & M>;
}

/**
 * Defines a component's configuration once, with the semantics of Kafka's ConfigDef (types, defaults, validators, recommenders, groups).
 * @example
 * const config = defineConfig({ file: { type: 'STRING', doc: 'File to read.' }, 'batch.size': { type: 'INT', default: 2000, doc: 'Records a poll.' } });
 * config.parse({ file: 'in.txt' })['batch.size']; // 2000, a number
 */
export function defineConfig<const K extends ConfigKeys>(keys: K): ConfigDefinition<K> {
  return {
    keys,
    parse(properties) {
      const { parsed, values } = evaluate(keys, properties);
      const problems = values.flatMap((value) => value.errors);
      if (problems.length > 0) throw error('HW_CONFIG', { count: problems.length, problems: problems.join('; ') });
      return Object.freeze(parsed) as ConfigOf<{ keys: K }>;
    },
    validate: (properties) => evaluate(keys, properties).values,
    describe: () =>
      Object.entries<ConfigKey>(keys)
        .filter(([, key]) => key.internal !== true)
        .map(([name, key]) => keyInfo(name, key)),
    help: () => configHelp(keys),
    markdown: () => configMarkdown(keys),
    with: (more) => defineConfig({ ...keys, ...more }),
  };
}

/** One key as Connect's REST interface describes it. */
export function keyInfo(name: string, key: ConfigKey): ConfigKeyInfo {
  return {
    name,
    type: key.type,
    required: key.default === undefined,
    default_value: valueText(key.default),
    importance: key.importance ?? 'MEDIUM',
    documentation: key.doc,
    group: key.group ?? null,
    order_in_group: key.order ?? -1,
    width: key.width ?? 'NONE',
    display_name: key.displayName ?? name,
    dependents: key.dependents ?? [],
  };
}

function evaluate(keys: ConfigKeys, properties: Properties): { parsed: Record<string, unknown>; values: ConfigValue[] } {
  const parsed: Record<string, unknown> = {};
  const errors = new Map<string, string[]>();
  for (const [name, key] of Object.entries(keys)) {
    const found: string[] = [];
    parsed[name] = parseKey(name, key, properties, found);
    const problem = key.validator?.(parsed[name]);
    if (problem !== undefined && (key.default !== undefined || parsed[name] !== null || Object.hasOwn(properties, name))) {
      found.push(invalidValue(name, parsed[name], problem));
    }
    errors.set(name, found);
  }
  const values = Object.entries(keys)
    .filter(([, key]) => key.internal !== true)
    .map(([name, key]) => ({
      name,
      value: valueText(parsed[name]),
      recommended_values: key.recommender?.values(parsed) ?? [],
      errors: errors.get(name) ?? [],
      visible: key.recommender?.visible?.(parsed) ?? true,
    }));
  return { parsed, values };
}

function parseKey(name: string, key: ConfigKey, properties: Properties, found: string[]): unknown {
  if (!Object.hasOwn(properties, name)) {
    if (key.default === undefined) found.push(`Missing required configuration "${name}" which has no default value.`);
    return key.default === undefined ? null : parseValue(name, key.default, key.type);
  }
  try {
    return parseValue(name, properties[name], key.type);
  } catch (thrown) {
    if (!(thrown instanceof ConfigParseError)) throw thrown;
    found.push(thrown.message);
    return null;
  }
}
