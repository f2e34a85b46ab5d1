import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { error } from '../errors.js';
import type { ConnectorPlugin } from './connector.js';

/** The default export of a plugin folder's `manifest.js`: its connectors. */
export type ConnectorManifest = readonly ConnectorPlugin[];

/** The package's own connectors. */
const OWN = fileURLToPath(new URL('../../connectors', import.meta.url));

/** The connectors of the package and of further plugin folders, each with a `manifest.js` (or `.ts`) whose default export lists them. Throws HW_CONNECT_PLUGINS. */
export async function loadConnectors(pluginPath: readonly string[] = []): Promise<ConnectorPlugin[]> {
  const lists = await Promise.all([OWN, ...pluginPath].map((folder) => loadManifest(resolve(folder))));
  return lists.flat();
}

async function loadManifest(folder: string): Promise<ConnectorManifest> {
  const file = ['manifest.js', 'manifest.ts'].map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) throw error('HW_CONNECT_PLUGINS', { folder });
  const { default: manifest } = (await import(pathToFileURL(file).href)) as { default?: unknown };
  if (!Array.isArray(manifest)) throw error('HW_CONNECT_PLUGINS', { folder });
  return manifest as ConnectorPlugin[];
}
