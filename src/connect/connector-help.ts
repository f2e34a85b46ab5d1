import { error } from '../errors.js';
import { commonKeys } from './connector-config.js';
import type { ConnectorPlugin } from './connector.js';
import { Plugins, type DescribedPlugin } from './plugins.js';

/** The keys of what is named by class or alias, or without names the connectors there are. Throws HW_CONNECT_NOT_FOUND. */
export function connectorHelp(connectors: readonly ConnectorPlugin[], names: readonly string[]): string {
  const plugins = new Plugins(connectors);
  if (names.length === 0) return `Connectors:\n${connectors.map(({ className, type }) => `  ${className}  (${type})`).join('\n')}`;
  return names
    .map((name) => {
      const plugin = plugins.find(name);
      if (!plugin) throw error('HW_CONNECT_NOT_FOUND', { problem: `Unknown plugin ${name}` });
      return pluginHelp(plugin, plugins);
    })
    .join('\n\n');
}

function pluginHelp({ class: className, type, version, config }: DescribedPlugin, plugins: Plugins): string {
  const own = `${className} ${version} (${type})\n${config.help()}`;
  if (type !== 'source' && type !== 'sink') return own;
  const common = Object.entries(commonKeys({ plugins, version, converters: null, type })).filter(([, key]) => key.internal !== true);
  return `${own}\n\nKeys of every ${type}: ${common.map(([name]) => name).join(', ')}`;
}
