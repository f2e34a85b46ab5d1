import type { Terminal } from './terminal.js';

const WIDTH = 30;
const REDRAW_MS = 100;

export interface ProgressBar {
  /** Shows that `done` of `total` are done; of an unknown number without one. */
  readonly draw: (done: number, total?: number) => void;
  readonly end: () => void;
}

/** A progress bar on the error stream, where a person looks at it; silent elsewhere. */
export function progressBar({ writeError, columns }: Pick<Terminal, 'writeError' | 'columns'>): ProgressBar {
  if (columns === undefined) return { draw: () => undefined, end: () => undefined };
  const began = performance.now();
  let drawn = -Infinity;

  return {
    draw(done, total) {
      const now = performance.now();
      if (now - drawn < REDRAW_MS && done !== total) return;
      drawn = now;
      const rate = `${Math.round((done * 1000) / Math.max(now - began, 1))}/s`;
      const bar = total === undefined ? `${done}` : `[${'#'.repeat((WIDTH * done) / total).padEnd(WIDTH, '.')}] ${done}/${total}`;
      writeError(`\r${`${bar}  ${rate}`.slice(0, columns - 1)}\x1b[K`);
    },
    end() {
      if (drawn > 0) writeError('\n');
    },
  };
}
