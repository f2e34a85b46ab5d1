const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'] as const;
export type LogLevel = (typeof LEVELS)[number] | 'ALL';

export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface LoggerState {
  readonly level: LogLevel;
  /** Milliseconds since 1970; null where the level is as it was at the start. */
  readonly last_modified: number | null;
}

/** Loggers by dotted name, each with a level that an operator can change while the worker runs; a name takes its parent's level. */
export class Loggers {
  readonly #states = new Map<string, LoggerState>([['root', { level: 'INFO', last_modified: null }]]);

  /** `write` receives each line that is loud enough; `now` gives the time of changes. */
  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number,
  ) {}

  /** The logger of this name. */
  named(name: string): Logger {
    if (!this.#states.has(name)) this.#states.set(name, { level: this.#inherited(name), last_modified: null });
    const at = (level: (typeof LEVELS)[number]) => (message: string) => {
      const { level: limit } = this.#states.get(name) ?? { level: 'INFO' };
      if (limit === 'ALL' || LEVELS.indexOf(level) >= LEVELS.indexOf(limit)) this.write(`${level} ${message} (${name})`);
    };
    return { debug: at('DEBUG'), info: at('INFO'), warn: at('WARN'), error: at('ERROR') };
  }

  all(): Record<string, LoggerState> {
    return Object.fromEntries([...this.#states].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get(name: string): LoggerState | undefined {
    return this.#states.get(name);
  }

  /** Sets the level of a logger and all below it; gives back the names whose level changed. Undefined: no such level. */
  set(name: string, levelName: string): string[] | undefined {
    const level = [...LEVELS, 'ALL' as const].find((known) => known === levelName.toUpperCase());
    if (!level) return undefined;
    if (!this.#states.has(name)) this.#states.set(name, { level: this.#inherited(name), last_modified: null });
    const changed = [...this.#states]
      .filter(([other, state]) => (name === 'root' || other === name || other.startsWith(`${name}.`)) && state.level !== level)
      .map(([other]) => other);
    for (const other of changed) this.#states.set(other, { level, last_modified: this.now() });
    return changed.sort();
  }

  #inherited(name: string): LogLevel {
    for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
      const parent = this.#states.get(name.slice(0, end));
      if (parent) return parent.level;
    }
    return this.#states.get('root')?.level ?? 'INFO';
  }
}
