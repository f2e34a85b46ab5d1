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
  const filled = Math.round((received / total) * width);
  return `${name} [${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${Math.round((100 * received) / total)} % of ${megabytes(total)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
