import { createRequire } from 'node:module';
import path from 'node:path';

/** The folder of this package, where `models` and `topologies` lie, whether it runs from its sources or from dist. */
export function packageFolder(): string {
  return path.dirname(createRequire(import.meta.url).resolve('headwater/package.json'));
}
