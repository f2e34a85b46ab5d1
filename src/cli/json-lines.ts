import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { error, HeadwaterError, reasonOf } from '../errors.js';
import { LabelProblem } from '../events/parse-label.js';
import type { Outgoing } from '../events/topic-writer.js';
import type { NewRecord } from '../record.js';

/**
 * Records from a file of JSON Lines (`-`: standard input), each line an object with `value` and perhaps `key` and `timestamp`. Throws HW_FILE,
 * and HW_JSONL_LINE for a line that is none or that `encode` refuses.
 */
export async function* jsonLines(file: string, encode: (outgoing: Outgoing<unknown>) => Promise<NewRecord>): AsyncGenerator<NewRecord> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const name = file === '-' ? 'standard input' : file;
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      line++;
      if (text.trim() !== '') yield await encode(outgoing(text));
    }
  } catch (cause) {
    if (cause instanceof Problem || cause instanceof LabelProblem)
      throw error('HW_JSONL_LINE', { file: name, line, problem: cause.message });
    if (cause instanceof HeadwaterError && cause.code === 'HW_SERDE') {
      throw error('HW_JSONL_LINE', { file: name, line, problem: String(cause.details['reason']) }, cause);
    }
    if (cause instanceof Error && 'errno' in cause) throw error('HW_FILE', { file: name, reason: reasonOf(cause) }, cause);
    throw cause;
  }
}

class Problem extends Error {}

function outgoing(text: string): Outgoing<unknown> {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (reason) {
    throw new Problem(`it is no JSON (${reasonOf(reason)})`);
  }
  if (typeof line !== 'object' || line === null || !('value' in line)) throw new Problem('expected an object with a "value"');
  const { value, key = null, timestamp } = line as { value: unknown; key?: unknown; timestamp?: unknown };
  if (key !== null && typeof key !== 'string') throw new Problem(`expected a key of text, got ${JSON.stringify(key)}`);
  if (timestamp === undefined) return { key, value };
  if (typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp) || timestamp < 0) {
    throw new Problem(`expected a timestamp in milliseconds since 1970, got ${JSON.stringify(timestamp)}`);
  }
  return { key, value, timestamp };
}
