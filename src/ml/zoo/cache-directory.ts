import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where fetched weights are kept: `HEADWATER_CACHE`, else `headwater` in the user's cache directory (XDG). */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return env['HEADWATER_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headwater');
}
