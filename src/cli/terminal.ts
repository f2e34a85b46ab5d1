/** Where a command writes and what can interrupt it: the process in `headwater`, buffers in tests. */
export interface Terminal {
  /** Resolves when the reader has taken it, so that a slow one slows the command down. */
  readonly write: (text: string) => Promise<void>;
  readonly writeError: (text: string) => void;
  /** Width in columns where a person looks at the error stream; nothing where it goes to a file. */
  readonly columns: number | undefined;
  /** Whether to print whole errors, with stacks and causes. */
  readonly debug: boolean;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** The terminal of this process. A second Ctrl-C ends it at once; so does a closed pipe (`headwater tail t | head`), quietly. */
export function processTerminal(): Terminal {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(130);
      interrupt.abort();
    });
  }
  process.stdout.on('error', (reason: NodeJS.ErrnoException) => {
    if (reason.code === 'EPIPE') process.exit(0);
    throw reason;
  });
  return {
    write: (text) => new Promise((taken) => (process.stdout.write(text) ? taken() : process.stdout.once('drain', taken))),
    writeError: (text) => process.stderr.write(text),
    columns: process.stderr.isTTY ? process.stderr.columns : undefined,
    debug: process.env['HEADWATER_DEBUG'] === '1',
    signal: interrupt.signal,
  };
}
