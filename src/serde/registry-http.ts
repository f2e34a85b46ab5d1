import { setTimeout as sleep } from 'node:timers/promises';
import { error, reasonOf } from '../errors.js';

const ATTEMPTS = 4;
const TIMEOUT_MS = 10_000;
const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

export interface RegistryHttpOptions {
  readonly username?: string;
  readonly password?: string;
  /** Pause before the second attempt; doubles with each further one. */
  readonly retryDelayMs?: number;
}

/** An answer that is no success: Confluent's code (40403) where the body has one, and its words. */
export interface Refusal {
  readonly status: number;
  readonly code: number | undefined;
  readonly reason: string;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Refusal);

/** Requests to a schema registry. Tries again on 429, 5xx, timeouts and lost connections, then throws HW_REGISTRY_AWAY; 401 and 403 are HW_REGISTRY_DENIED. */
export class RegistryHttp {
  readonly name: string;
  readonly #root: string;
  readonly #headers: Record<string, string>;
  readonly #retryDelayMs: number;

  constructor(url: string, { username, password, retryDelayMs = 200 }: RegistryHttpOptions = {}) {
    const root = new URL(url);
    const user = username ?? decodeURIComponent(root.username);
    const secret = password ?? decodeURIComponent(root.password);
    root.username = root.password = '';
    this.#root = root.href.replace(/\/+$/, '');
    this.name = `schema registry ${this.#root}`;
    this.#headers = { accept: `${CONTENT_TYPE}, application/json`, 'content-type': CONTENT_TYPE };
    if (user !== '') this.#headers['authorization'] = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
    this.#retryDelayMs = retryDelayMs;
  }

  async request<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt === ATTEMPTS;
      try {
        const answer = await this.#once<T>(method, path, body);
        if (answer.ok || (answer.status < 500 && answer.status !== 429)) return answer;
        if (last) throw error('HW_REGISTRY_AWAY', { registry: this.name, reason: `HTTP ${answer.status}, ${answer.reason}` });
      } catch (cause) {
        if (!(cause instanceof NotReached)) throw cause;
        if (last) throw error('HW_REGISTRY_AWAY', { registry: this.name, reason: cause.message }, cause.cause);
      }
      await sleep(this.#retryDelayMs * 2 ** (attempt - 1));
    }
  }

  /** The error for an answer that nobody expects. */
  refused(method: string, path: string, { status, reason }: Refusal): Error {
    return error('HW_REGISTRY_REFUSED', { registry: this.name, request: `${method} ${path}`, status, reason });
  }

  async #once<T>(method: string, path: string, body: object | undefined): Promise<Answer<T>> {
    const { status, text } = await this.#exchange(method, path, body);
    if (status === 401 || status === 403) throw error('HW_REGISTRY_DENIED', { registry: this.name, status });
    const value = parse(text);
    if (status < 300 && value !== undefined) return { ok: true, value: value as T };
    const { error_code: code, message } = (value ?? {}) as { error_code?: unknown; message?: unknown };
    const reason = typeof message === 'string' ? message : `expected JSON, got "${text.slice(0, 80).replace(/\s+/g, ' ')}"`;
    return { ok: false, status, code: typeof code === 'number' ? code : undefined, reason };
  }

  async #exchange(method: string, path: string, body: object | undefined): Promise<{ status: number; text: string }> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const init = { method, headers: this.#headers, signal, ...(body && { body: JSON.stringify(body) }) };
      const response = await fetch(this.#root + path, init);
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw new NotReached(reasonOf(cause instanceof Error && cause.cause !== undefined ? cause.cause : cause), { cause });
    }
  }
}

class NotReached extends Error {}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
