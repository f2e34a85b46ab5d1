import { readFile } from 'node:fs/promises';
import { error, reasonOf } from '../errors.js';
import { valueText, type Properties } from '../config/index.js';
import { isPlainMap } from './data/struct.js';

export interface ConnectFiles {
  /** Keys of the worker: of files that name no connector class. */
  readonly worker: Properties;
  readonly connectors: readonly { readonly name: string; readonly config: Properties; readonly path: string }[];
}

/** Reads worker and connector files: Java properties, or JSON as `{name, config}` or flat. Throws HW_CONNECT_FILE. */
export async function readConnectFiles(paths: readonly string[]): Promise<ConnectFiles> {
  const worker: Record<string, string | null> = {};
  const connectors: ConnectFiles['connectors'][number][] = [];
  for (const path of paths) {
    const properties = await readProperties(path);
    if (!properties['connector.class']) Object.assign(worker, properties);
    else if (properties.name) connectors.push({ name: properties.name, config: properties, path });
    else throw error('HW_CONNECT_FILE', { path, problem: 'it has no name' });
  }
  return { worker, connectors };
}

async function readProperties(path: string): Promise<Properties> {
  try {
    const text = await readFile(path, 'utf8');
    return path.endsWith('.json') ? fromJson(JSON.parse(text)) : parseProperties(text);
  } catch (thrown) {
    throw error('HW_CONNECT_FILE', { path, problem: reasonOf(thrown) }, thrown);
  }
}

function fromJson(json: unknown): Properties {
  if (!isPlainMap(json)) throw new Error('it is no JSON object');
  const { name, config } = json;
  const flat = isPlainMap(config) ? { ...config, name } : json;
  return Object.fromEntries(Object.entries(flat).map(([key, value]) => [key, valueText(value)]));
}

/** The text form of java.util.Properties: `key=value` lines, `#` and `!` comments, a backslash at the end goes on in the next line. */
export function parseProperties(text: string): Properties {
  const lines = text.replace(/\\\r?\n[ \t]*/g, '').split(/\r?\n/);
  const pairs = lines
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !/^[#!]/.test(line))
    .map((line) => {
      const match = /^((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)$/s.exec(line);
      return [unescaped(match?.[1] ?? ''), unescaped(match?.[2] ?? '')] as const;
    });
  return Object.fromEntries(pairs);
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f' };
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, letter: string) =>
    code === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
