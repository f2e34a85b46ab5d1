import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { error, HeadwaterError, reasonOf } from '../errors.js';
import { packageFolder } from '../package-folder.js';
import type { Topology } from '../topology/topology.js';

/**
 * Loads a topology: a file (.ts through tsx, .js, .mjs) whose default export it is, or the name of one that comes with the package.
 *
 * @throws HW_TOPOLOGY_FILE where there is none
 */
export async function loadTopology(nameOrFile: string): Promise<Topology> {
  const bundled = path.join(packageFolder(), 'dist', 'topologies', `${nameOrFile}.js`);
  const file = /\.[cm]?[jt]s$/.test(nameOrFile) ? path.resolve(nameOrFile) : bundled;
  const fail = (problem: string, cause?: unknown) => error('HW_TOPOLOGY_FILE', { topology: nameOrFile, problem }, cause);
  if (!existsSync(file)) throw fail(`there is no file ${file}`);
  const module = await load(file).catch((reason: unknown) => {
    throw reason instanceof HeadwaterError ? reason : fail(reasonOf(reason), reason);
  });
  const loaded = module.default;
  if (!isTopology(loaded)) throw fail('its default export is no topology');
  return loaded;
}

async function load(file: string): Promise<{ default?: unknown }> {
  const url = pathToFileURL(file).href;
  if (!/\.[cm]?ts$/.test(file)) return (await import(url)) as { default?: unknown };
  const { tsImport } = await import('tsx/esm/api');
  return (await tsImport(url, import.meta.url)) as { default?: unknown };
}

function isTopology(value: unknown): value is Topology {
  return typeof value === 'object' && value !== null && 'name' in value && 'build' in value && typeof value.build === 'function';
}
