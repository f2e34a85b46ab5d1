import { appErrors } from './error-table/app.js';
import { logErrors } from './error-table/log.js';
import { loopErrors } from './error-table/loop.js';
import { mlErrors } from './error-table/ml.js';
import { sqlErrors } from './error-table/sql.js';

/**
 * Every error that Headwater throws on purpose: the code is the key, the message says where, what was expected and what it got,
 * the action says what to do. `ERRORS.md` lists the same table; a test holds both together.
 */
const table = { ...logErrors, ...appErrors, ...loopErrors, ...mlErrors, ...sqlErrors };

export type ErrorCode = keyof typeof table;
type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Details<C extends ErrorCode> = Record<Names<(typeof table)[C][0]> | Names<(typeof table)[C][1]>, string | number>;

/** An error of the table. `code` is stable, `message` says what happened, `action` what to do; `details` holds the figures in it. */
export class HeadwaterError extends Error {
  override readonly name = 'HeadwaterError';

  constructor(
    readonly code: ErrorCode,
    readonly details: Readonly<Record<string, string | number>>,
    options?: ErrorOptions,
  ) {
    super(`${fill(table[code][0], details).replace(/\.$/, '')}. ${fill(table[code][1], details)}`, options);
  }

  get action(): string {
    return fill(table[this.code][1], this.details);
  }
}

/** Makes the error `code` of the table; the details that its message names are required by type. */
export function error<C extends ErrorCode>(code: C, details: Details<C>, cause?: unknown): HeadwaterError {
  return new HeadwaterError(code, details, cause === undefined ? undefined : { cause });
}

/** Whether `value` is the error `code` of the table. */
export function isError(value: unknown, code: ErrorCode): value is HeadwaterError {
  return value instanceof HeadwaterError && value.code === code;
}

/** What went wrong, in words, whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The table as rows, for the docs. */
export function errorTable(): { code: string; message: string; action: string }[] {
  return Object.entries(table).map(([code, [message, action]]) => ({ code, message, action }));
}

function fill(template: string, details: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name]));
}
