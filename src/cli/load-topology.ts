import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { error, HeadwaterError, reasonOf } from '../errors.js';
import { packageFolder } from '../package-folder.js';
import type { Topology } from '../topology/topology.js';

/**
 * Loads a topology: a file (.ts, .js and their like) whose default export it is, or the name of one that comes with the package.
 *
 * @throws HW_TOPOLOGY_FILE where there is none
 */
export async function loadTopology(nameOrFile: string): Promise<Topology> {
  const isFile = /\.[cm]?[jt]s$/.test(nameOrFile);
  const file = isFile ? path.resolve(nameOrFile) : path.join(packageFolder(), 'dist', 'topologies', `${nameOrFile}.js`);
  const fail = (problem: string, cause?: unknown) => error('HW_TOPOLOGY_FILE', { topology: nameOrFile, problem }, cause);
  if (!existsSync(file)) throw fail(`there is no file ${file}`);
  const loaded = await (isFile ? loadFile(file) : loadBundled(file)).catch((reason: unknown) => {
    throw reason instanceof HeadwaterError ? reason : fail(reasonOf(reason), reason);
  });
  if (!isTopology(loaded)) throw fail('its default export is no topology');
  return loaded;
}

async function loadBundled(file: string): Promise<unknown> {
  const { default: loaded } = (await import(pathToFileURL(file).href)) as { readonly default: unknown };
  return loaded;
}

/**
 * A file of somebody's project, in TypeScript or JavaScript, whether or not that project's package.json says `"type": "module"`. It gets this very headwater:
 * operators of another copy would not find the task that they run in.
 */
async function loadFile(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const headwater = await import('../index.js');
  const jiti = createJiti(pathToFileURL(file).href, { virtualModules: { headwater }, nativeModules: ['rxjs'], fsCache: false });
  return await jiti.import(file, { default: true });
}

function isTopology(value: unknown): value is Topology {
  return typeof value === 'object' && value !== null && 'name' in value && 'build' in value && typeof value.build === 'function';
}
