import { error, reasonOf } from '../../errors.js';
import type { File, Group } from 'h5wasm/node';

/** A group of an open HDF5 file; paths are relative to it. */
export class Hdf5Group {
  constructor(
    readonly file: string,
    readonly group: Group,
  ) {}

  keys(): string[] {
    return this.group.keys();
  }

  /** The attribute as text, or undefined when there is none. */
  text(attribute: string): string | undefined {
    const value = this.group.attrs[attribute]?.value;
    return typeof value === 'string' ? value : undefined;
  }

  /** The attribute as a list of texts. Keras splits lists of more than 64 kB over `name0`, `name1`, ... */
  texts(attribute: string): string[] | undefined {
    const { attrs } = this.group;
    if (attrs[attribute] !== undefined) return strings(attrs[attribute].value);
    const parts: string[] = [];
    for (let n = 0; attrs[`${attribute}${n}`] !== undefined; n++) parts.push(...strings(attrs[`${attribute}${n}`]!.value));
    return parts.length > 0 ? parts : undefined;
  }

  child(path: string): Hdf5Group | undefined {
    const found = this.group.get(path);
    return found !== null && 'keys' in found ? new Hdf5Group(this.file, found) : undefined;
  }

  /** The numbers of a data set as float32, C order; HW_MODEL_FILE when it is not there or holds no numbers. */
  floats(path: string): { shape: number[]; data: Float32Array } {
    const found = this.group.get(path);
    if (found === null || !('slice' in found)) throw this.#unreadable(`it has no data set ${path}`);
    const value = found.value;
    const shape = found.shape ?? [];
    if (value instanceof Float32Array) return { shape, data: value };
    if (typeof value === 'number') return { shape, data: Float32Array.of(value) };
    if (value instanceof Float64Array || value instanceof Int32Array) return { shape, data: Float32Array.from(value) };
    throw this.#unreadable(`its data set ${path} is of type ${JSON.stringify(found.dtype)}, not a 32- or 64-bit float`);
  }

  #unreadable(problem: string): Error {
    return error('HW_MODEL_FILE', { file: this.file, problem });
  }
}

/** Opens an HDF5 file for reading, hands its root to `read` and closes it. Throws HW_MODEL_FILE when it is none. */
export async function readHdf5<T>(path: string, read: (root: Hdf5Group) => T): Promise<T> {
  const file = await openHdf5(path);
  try {
    return read(new Hdf5Group(path, file));
  } finally {
    file.close();
  }
}

async function openHdf5(path: string): Promise<File> {
  const { File, ready } = await import('h5wasm/node');
  (await ready).activate_throwing_error_handler();
  try {
    return new File(path, 'r');
  } catch (cause) {
    throw error('HW_MODEL_FILE', { file: path, problem: `HDF5 says: ${innermost(reasonOf(cause))}` }, cause);
  }
}

/** HDF5 reports the whole stack of its own calls; the last of them says what happened. */
function innermost(report: string): string {
  const last = report.split(/\n\s*#\d+: /).at(-1) ?? report;
  return last.split('\n')[0]!.replace(/^.*\(\): /, '');
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
