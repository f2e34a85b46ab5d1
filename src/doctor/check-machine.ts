import { availableParallelism, freemem, totalmem } from 'node:os';

import type { Check } from './finding.js';

const MiB = 1024 * 1024;
/** What the lanes take on two cores with the bundled networks, and room for the slice in work and the next one. */
const needed = 512 * MiB;
const comfortable = 1024 * MiB;

/** The oldest Node.js that is supported. */
const oldest = [20, 9] as const;

export function checkNode(version = process.versions.node): Check {
  return {
    name: 'node',
    look: () => {
      const [major = 0, minor = 0] = version.split('.').map(Number);
      const found = `Node.js ${version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`;
      if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return { status: 'ok', found };
      return { status: 'fail', found, action: `Install Node.js ${oldest.join('.')} or newer.` };
    },
  };
}

/** `limit`: what this process may use, in bytes: of a container where it runs in one. */
export function checkMemory(limit = Math.min(totalmem(), process.constrainedMemory() || Infinity), free = freemem()): Check {
  const inMiB = (bytes: number) => `${Math.round(bytes / MiB)} MiB`;
  return {
    name: 'memory',
    look: () => {
      const available = Math.min(limit, free);
      const found = `${inMiB(available)} free of ${inMiB(limit)}`;
      if (available < needed) return { status: 'fail', found, action: `Give it ${inMiB(needed)} or more.` };
      if (available < comfortable) return { status: 'warn', found, action: `Give it ${inMiB(comfortable)}, or use fewer lanes.` };
      return { status: 'ok', found };
    },
  };
}
