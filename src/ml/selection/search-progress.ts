import { bar } from '../zoo/progress-bar.js';

/**
 * A line on a terminal that shows how many fits of a search are done; silent where `out` is no terminal.
 *
 * @example new CrossValidator({ estimator, estimatorParamMaps, evaluator, onProgress: searchProgress() })
 */
export function searchProgress(out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr): (done: number, total: number) => void {
  return (done, total) => {
    if (out.isTTY) out.write(`\r${bar(done, total)} of ${total} fits${done === total ? '\n' : ''}`);
  };
}
