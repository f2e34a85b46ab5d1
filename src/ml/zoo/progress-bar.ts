import type { Progress } from './download.js';

const width = 30;

/** One line on a terminal that shows how far a download is; silent where `out` is no terminal. */
export function progressBar(out: NodeJS.WriteStream = process.stderr): (progress: Progress) => void {
  return ({ url, received, total }) => {
    if (!out.isTTY) return;
    out.write(`\r${progressLine(url, received, total)}${received === total ? '\n' : ''}`);
  };
}

/** `vgg16.h5 [##########                    ] 33 % of 58.9 MB` */
export function progressLine(url: string, received: number, total: number | undefined): string {
  const name = url.split('/').at(-1) ?? url;
  if (total === undefined) return `${name} ${megabytes(received)}`;
  return `${name} ${bar(received, total)} of ${megabytes(total)}`;
}

/** `[##########                    ] 33 %` */
export function bar(done: number, total: number): string {
  const filled = Math.round((done / total) * width);
  return `[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${Math.round((100 * done) / total)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
