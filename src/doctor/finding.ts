import { HeadwaterError, reasonOf } from '../errors.js';

/** `warn`: it works, but not as well as it could. */
type Status = 'ok' | 'warn' | 'fail';

/** What one check found. */
export interface Finding {
  readonly check: string;
  readonly status: Status;
  readonly found: string;
  /** What to do about it, where something is to be done. */
  readonly action?: string;
}

/** Looks at one thing that Headwater needs. Whatever it throws is a failure with the reason. */
export interface Check {
  readonly name: string;
  readonly look: () => Omit<Finding, 'check'> | Promise<Omit<Finding, 'check'>>;
}

/** The finding of a check; never rejects. */
export async function examine({ name, look }: Check): Promise<Finding> {
  try {
    return { check: name, ...(await look()) };
  } catch (reason) {
    const action = reason instanceof HeadwaterError ? reason.action : undefined;
    const found = action === undefined ? reasonOf(reason) : reasonOf(reason).replace(`. ${action}`, '');
    return { check: name, status: 'fail', found, ...(action !== undefined && { action }) };
  }
}
