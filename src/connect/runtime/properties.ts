import type { Properties } from '../../config/index.js';

/** The properties under a prefix, without it. */
export function withPrefix(properties: Properties, prefix: string): Properties {
  const found = Object.entries(properties).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}
