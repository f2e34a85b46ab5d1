import { error } from '../errors.js';

/** A dense array: data row-major, its type is its dtype. */
export interface Tensor {
  readonly data: Float32Array | Float64Array | Int32Array;
  readonly shape: readonly number[];
}

const dtypes = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;

/**
 * Named tensors as one safetensors file: 8 bytes of header length, a JSON header padded with spaces to 8 bytes, then the data in
 * the order of the names. Equal tensors give equal bytes. Format: github.com/huggingface/safetensors.
 */
export function encodeSafetensors(tensors: Readonly<Record<string, Tensor>>): Uint8Array {
  const header: Record<string, unknown> = {};
  const names = Object.keys(tensors).sort();
  let end = 0;
  for (const name of names) {
    const { data, shape } = tensors[name]!;
    const dtype = data instanceof Float32Array ? 'F32' : data instanceof Float64Array ? 'F64' : 'I32';
    header[name] = { dtype, shape, data_offsets: [end, (end += data.byteLength)] };
  }
  const json = JSON.stringify(header);
  const head = Buffer.from(json.padEnd(Math.ceil(Buffer.byteLength(json) / 8) * 8 - Buffer.byteLength(json) + json.length));
  const bytes = new Uint8Array(8 + head.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let at = 8 + head.length;
  for (const name of names) {
    const { data } = tensors[name]!;
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Reads what `encodeSafetensors` writes, and any safetensors file of F32, F64 and I32; throws HW_SAFETENSORS on anything else. */
export function decodeSafetensors(bytes: Uint8Array): Record<string, Tensor> {
  const fail = (problem: string, cause?: unknown) => error('HW_SAFETENSORS', { problem }, cause);
  if (bytes.length < 8) throw fail('it is shorter than its header');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) throw fail('it is shorter than its header');
  let header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString()) as typeof header;
  } catch (thrown) {
    throw fail('its header is no JSON', thrown);
  }
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [start, end] = entry.data_offsets;
    const type = Object.hasOwn(dtypes, entry.dtype) ? dtypes[entry.dtype as keyof typeof dtypes] : undefined;
    if (type === undefined) throw fail(`tensor ${name} has dtype ${entry.dtype}`);
    const count = entry.shape.reduce((product, size) => product * size, 1);
    const inside = start >= 0 && end <= bytes.length - 8 - length;
    if (!inside || end - start !== count * type.BYTES_PER_ELEMENT) throw fail(`tensor ${name} does not fill its place`);
    tensors[name] = { data: new type(bytes.slice(8 + length + start, 8 + length + end).buffer), shape: entry.shape };
  }
  return tensors;
}
