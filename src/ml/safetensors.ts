import { error } from '../errors.js';

/** A dense array: data row-major, its type is its dtype. */
export interface Tensor {
  readonly data: Float32Array | Float64Array | Int32Array;
  readonly shape: readonly number[];
}

const dtypes = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;

/**
 * Named tensors as one safetensors file: 8 bytes of header length, a JSON header padded with spaces to 8 bytes, then the data in
 * the order of the names. Equal tensors give equal bytes. `metadata` stands in the header. Format: github.com/huggingface/safetensors.
 */
export function encodeSafetensors(tensors: Readonly<Record<string, Tensor>>, metadata?: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
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
  const { header, start } = readHeader(bytes);
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: place } = entry as { dtype: string; shape: number[]; data_offsets: [number, number] };
    const type = Object.hasOwn(dtypes, dtype) ? dtypes[dtype as keyof typeof dtypes] : undefined;
    if (type === undefined) throw error('HW_SAFETENSORS', { problem: `tensor ${name} has dtype ${dtype}` });
    const size = shape.reduce((product, length) => product * length, type.BYTES_PER_ELEMENT);
    const inside = place[0] >= 0 && place[1] <= bytes.length - start;
    if (!inside || place[1] - place[0] !== size) throw error('HW_SAFETENSORS', { problem: `tensor ${name} does not fill its place` });
    tensors[name] = { data: new type(new Uint8Array(bytes.subarray(start + place[0], start + place[1])).buffer), shape };
  }
  return tensors;
}

/** The `metadata` of a safetensors file. */
export function safetensorsMetadata(bytes: Uint8Array): Partial<Record<string, string>> {
  return readHeader(bytes).header['__metadata__'] ?? {};
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  const length = bytes.length < 8 ? Infinity : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) throw error('HW_SAFETENSORS', { problem: 'it is shorter than its header' });
  try {
    const header = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString()) as Record<string, unknown>;
    return { header, start: 8 + length };
  } catch (thrown) {
    throw error('HW_SAFETENSORS', { problem: 'its header is no JSON' }, thrown);
  }
}
