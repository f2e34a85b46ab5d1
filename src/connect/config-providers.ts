import { readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { Properties } from '../config/index.js';
import { error, reasonOf } from '../errors.js';
import { parseProperties } from './config-file.js';
import { withPrefix } from './runtime/properties.js';
import { aliases } from './runtime/transformation-chain.js';

/** Gives the value of a key; nothing where there is none. */
type Provider = (path: string, key: string) => Promise<string | null | undefined> | string | undefined;

const PACKAGE = 'org.apache.kafka.common.config.provider.';
const classes: Readonly<Record<string, (parameters: Properties) => Provider>> = {
  [`${PACKAGE}FileConfigProvider`]: (parameters) => async (path, key) => parseProperties(await read(allowed(path, parameters)))[key],
  [`${PACKAGE}DirectoryConfigProvider`]: (parameters) => (path, key) => read(allowed(`${path}${sep}${key}`, parameters)),
  [`${PACKAGE}EnvVarConfigProvider`]: (parameters) => {
    const pattern = new RegExp(`^(?:${parameters['allowlist.pattern'] ?? '.*'})$`);
    return (_, key) => (pattern.test(key) ? process.env[key] : undefined);
  },
};
const PLACEHOLDER = /\$\{([^}]*?):(?:([^}]*?):)?([^}]*?)\}/g;

/**
 * Kafka's configuration providers (`config.providers`): `${name:path:key}` and `${name:key}` in a connector's configuration stand for secrets that lie
 * elsewhere. Topics, and what the REST interface gives, hold the placeholders.
 */
export class ConfigProviders {
  readonly #providers: ReadonlyMap<string, Provider>;

  /** `properties` are the worker's. Throws HW_CONNECT_BAD_REQUEST for a class that is not Kafka's own. */
  constructor(properties: Properties) {
    this.#providers = new Map(
      aliases(properties['config.providers']).map((name) => {
        const className = properties[`config.providers.${name}.class`] ?? '';
        const make = classes[className];
        if (!make) {
          const known = Object.keys(classes).join(', ');
          throw error('HW_CONNECT_BAD_REQUEST', { problem: `config.providers.${name}.class is "${className}"; known are ${known}` });
        }
        return [name, make(withPrefix(properties, `config.providers.${name}.param.`))];
      }),
    );
  }

  /** The configuration with what placeholders stand for; those of unknown providers and keys stay, as in Kafka. Throws HW_CONNECT_BAD_REQUEST. */
  async resolve(properties: Properties): Promise<Properties> {
    if (this.#providers.size === 0) return properties;
    const resolved = Object.entries(properties).map(async ([name, value]) => [name, value === null ? null : await this.#value(value)]);
    return Object.fromEntries(await Promise.all(resolved)) as Properties;
  }

  async #value(text: string): Promise<string> {
    let result = '';
    let end = 0;
    for (const match of text.matchAll(PLACEHOLDER)) {
      const [whole, name = '', path = '', key = ''] = match;
      result += text.slice(end, match.index) + ((await this.#providers.get(name)?.(path, key)) ?? whole);
      end = match.index + whole.length;
    }
    return result + text.slice(end);
  }
}

/** A task's configuration as it is stored: with the placeholders of the connector's `raw` configuration where it holds what they stand for. */
export function withPlaceholders(properties: Properties, raw: Properties, resolved: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, value === resolved[name] ? (raw[name] ?? value) : value]),
  );
}

function allowed(path: string, { 'allowed.paths': paths }: Properties): string {
  const whole = resolve(path);
  const isBelow = (folder: string): boolean => whole === resolve(folder) || whole.startsWith(`${resolve(folder)}${sep}`);
  if (!paths || aliases(paths).some(isBelow)) return whole;
  throw error('HW_CONNECT_BAD_REQUEST', { problem: `${path} is outside of allowed.paths` });
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw error('HW_CONNECT_BAD_REQUEST', { problem: `a configuration provider cannot read ${path}: ${reasonOf(cause)}` }, cause);
  });
}
