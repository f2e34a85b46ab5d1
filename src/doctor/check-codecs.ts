import { LazyImage } from '../image/lazy-image.js';
import type { Check } from './finding.js';

/** 8 x 8 pixels of one colour in each format. */
const pictures = {
  JPEG: '/9j/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABQb/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCUAQpH/9k=',
  PNG: 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEUlEQVQImWM4EaCBFTEMLQkAaplQAdEjY8UAAAAASUVORK5CYII=',
  WebP: 'UklGRh4AAABXRUJQVlA4TBEAAAAvB8ABAAdQqCIXpf+BiOh/AAA=',
};
const colour = [200, 80, 40];
/** JPEG does not keep colours exactly. */
const tolerance = 8;

/** Decodes a real picture of each format. */
export function checkCodecs(samples: Readonly<Record<string, string>> = pictures): Check {
  return {
    name: 'codecs',
    look: async () => {
      const problems: string[] = [];
      for (const [format, base64] of Object.entries(samples)) {
        const problem = await decode(Buffer.from(base64, 'base64')).catch((reason: unknown) => String(reason));
        if (problem !== undefined) problems.push(`${format}: ${problem}`);
      }
      if (problems.length === 0) return { status: 'ok', found: `decodes ${Object.keys(samples).join(', ')}` };
      const action = 'Install the packages anew (npm ci) on this machine: sharp and @julusian/jpeg-turbo ship a binary for each platform.';
      return { status: 'fail', found: problems.join('; '), action };
    },
  };
}

async function decode(bytes: Buffer): Promise<string | undefined> {
  const { data } = await LazyImage.from(bytes).pixels();
  const same = data.every((value, at) => Math.abs(value - colour[at % 3]!) <= tolerance);
  return same ? undefined : `expected pixels of ${colour.join()}, got ${data.slice(0, 3).join()}`;
}
