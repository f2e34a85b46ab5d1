import { runCli } from '../../src/cli/run-cli.js';

/** What a command left behind: its exit code and all that it wrote. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process until it ends. */
export async function headwater(...argv: string[]): Promise<Ended> {
  let [out, err] = ['', ''];
  const code = await runCli(argv, {
    write: (text) => Promise.resolve(void (out += text)),
    writeError: (text) => void (err += text),
    columns: undefined,
    debug: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}
