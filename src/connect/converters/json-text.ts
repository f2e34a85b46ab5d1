import { isInteger, parse, stringify } from 'lossless-json';
import { error, reasonOf } from '../../errors.js';

/** Parses JSON; whole numbers past 2^53 become bigints instead of losing digits. Throws HW_CONNECT_DATA. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return /\d{16}/.test(text) ? parse(text, undefined, exactNumber) : (JSON.parse(text) as unknown);
  } catch (thrown) {
    throw error(
      'HW_CONNECT_DATA',
      { problem: `Converting byte[] to Kafka Connect data failed due to serialization error: ${reasonOf(thrown)}` },
      thrown,
    );
  }
}

/** Writes JSON, bigints as numbers. */
export function jsonBytes(json: unknown): Uint8Array {
  try {
    return Buffer.from(JSON.stringify(json));
  } catch {
    return Buffer.from(stringify(json) ?? 'null');
  }
}

function exactNumber(text: string): number | bigint {
  if (!isInteger(text) || Number.isSafeInteger(Number(text))) return Number(text);
  const exact = BigInt(text);
  return BigInt.asIntN(64, exact) === exact ? exact : Number(text);
}
