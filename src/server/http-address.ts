import { error } from '../errors.js';

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

/** `[HOST:]PORT`; without a host only this machine can reach it. Throws HW_HTTP_ADDRESS. */
export function parseHttpAddress(text: string): HttpAddress {
  const found = /^(?:(?:\[([\da-f:.]+)\]|([\w.-]+)):)?(\d{1,5})$/i.exec(text.trim());
  const port = Number(found?.[3]);
  if (!found || port > 65_535) throw error('HW_HTTP_ADDRESS', { address: text });
  return { host: found[1] ?? found[2] ?? '127.0.0.1', port };
}
