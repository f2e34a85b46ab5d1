import { error } from '../errors.js';

/** Loads a library that only one connector needs; HW_CONNECT_OPTIONAL says what to install where it is missing. */
export async function optionalPackage<M>(name: string, connector: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (cause) {
    throw error('HW_CONNECT_OPTIONAL', { connector, package: name }, cause);
  }
}
