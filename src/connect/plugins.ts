import { error } from '../errors.js';
import type { ConfigDefinition } from '../config/index.js';
import { avroConverter } from './converters/avro-converter.js';
import { bytesConverter } from './converters/bytes-converter.js';
import type { ConverterPlugin, HeaderConverterPlugin } from './converters/converter.js';
import { jsonConverter } from './converters/json-converter.js';
import { numberConverters } from './converters/number-converters.js';
import { simpleHeaderConverter } from './converters/simple-header-converter.js';
import { stringConverter } from './converters/string-converter.js';
import type { ConnectorPlugin } from './connector.js';
import { predicates, transformations, type PredicatePlugin, type TransformationPlugin } from './transforms/index.js';

/** The version of Kafka Connect whose transforms, converters and REST interface these are. */
export const CONNECT_VERSION = '4.3.1';

export type PluginType = 'source' | 'sink' | 'transformation' | 'predicate' | 'converter' | 'header_converter';

/** One line of GET /connector-plugins. */
export interface PluginInfo {
  readonly class: string;
  readonly type: PluginType;
  readonly version: string;
}

/** A plugin's configuration with where it comes from. */
export interface DescribedPlugin extends PluginInfo {
  readonly config: ConfigDefinition;
}

/** Everything a configuration can name by class: connectors, transforms, predicates and converters. */
export class Plugins {
  readonly #connectors = new Map<string, ConnectorPlugin>();
  readonly #converters: readonly ConverterPlugin[] = [bytesConverter, ...numberConverters, jsonConverter, stringConverter, avroConverter];
  readonly #headerConverters: readonly HeaderConverterPlugin[] = [
    bytesConverter,
    ...numberConverters,
    jsonConverter,
    simpleHeaderConverter,
    stringConverter,
  ];

  constructor(private readonly connectors: readonly ConnectorPlugin[]) {
    for (const plugin of connectors) {
      for (const name of [plugin.className, simpleName(plugin.className), ...(plugin.aliases ?? [])]) {
        this.#connectors.set(name, plugin);
        this.#connectors.set(name.replace(/Connector$/, ''), plugin);
      }
    }
  }

  /** The connector of a class name or alias. Throws HW_CONNECT_BAD_REQUEST. */
  connector(name: string): ConnectorPlugin {
    const plugin = this.#connectors.get(name);
    if (plugin) return plugin;
    const known = this.connectors.map((each) => each.className).join(', ');
    throw error('HW_CONNECT_BAD_REQUEST', {
      problem: `Failed to find any class that implements Connector and which name matches ${name}, available connectors are: ${known}`,
    });
  }

  transformation(name: string): TransformationPlugin {
    return found('Transformation', name, transformations);
  }

  predicate(name: string): PredicatePlugin {
    return found('Predicate', name, predicates);
  }

  converter(name: string): ConverterPlugin {
    return found('Converter', name, this.#converters);
  }

  headerConverter(name: string): HeaderConverterPlugin {
    return found('HeaderConverter', name, this.#headerConverters);
  }

  /** All plugins, connectors first. */
  all(): DescribedPlugin[] {
    const own = (type: PluginType, plugins: readonly { className: string; config: ConfigDefinition }[]): DescribedPlugin[] =>
      plugins.map(({ className, config }) => ({ class: className, type, version: CONNECT_VERSION, config }));
    return [
      ...this.connectors.map(({ className, type, version, config }): DescribedPlugin => ({ class: className, type, version, config })),
      ...own('transformation', transformations),
      ...own('predicate', predicates),
      ...own('converter', this.#converters),
      ...own('header_converter', this.#headerConverters),
    ];
  }

  /** The classes of a type, for recommendations. */
  classNames(type: PluginType): string[] {
    return this.all()
      .filter((plugin) => plugin.type === type)
      .map((plugin) => plugin.class);
  }

  /** A plugin of any type by class or alias. */
  find(name: string): DescribedPlugin | undefined {
    const connector = this.#connectors.get(name);
    return this.all().find((plugin) => plugin.class === (connector?.className ?? name) || simpleName(plugin.class) === name);
  }
}

function simpleName(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1);
}

function found<P extends { readonly className: string }>(kind: string, name: string, plugins: readonly P[]): P {
  const plugin = plugins.find(({ className }) => className === name || simpleName(className) === name);
  if (!plugin)
    throw error('HW_CONNECT_BAD_REQUEST', { problem: `Failed to find any class that implements ${kind} and which name matches ${name}` });
  return plugin;
}
