import { createRequire } from 'node:module';

import type { Check } from './finding.js';

interface Manifest {
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Which of the optional libraries are installed. */
export function checkPackages(from = import.meta.url): Check {
  return {
    name: 'packages',
    look: () => {
      const require = createRequire(from);
      const { peerDependencies = {} } = require('headwater/package.json') as Manifest;
      const has = (name: string): boolean => {
        try {
          return Boolean(require.resolve(`${name}/package.json`));
        } catch {
          return false;
        }
      };
      const names = Object.keys(peerDependencies);
      const present = names.filter(has);
      const absent = names.filter((name) => !present.includes(name));
      const list = (some: readonly string[]) => (some.length === 0 ? 'none' : some.join(', '));
      return { status: 'ok', found: `optional libraries: ${list(present)}; not installed: ${list(absent)}` };
    },
  };
}
