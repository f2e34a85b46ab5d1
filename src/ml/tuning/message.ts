/** A JSON message of a shared topic; nothing for what is none, such as another program's records: whoever shares the topic passes it over. */
export function parseMessage(bytes: Uint8Array | null, revive?: (key: string, value: unknown) => unknown): unknown {
  if (bytes === null) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString(), revive) as unknown;
  } catch {
    return undefined;
  }
}
