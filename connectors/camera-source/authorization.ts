import { createHash, randomBytes } from 'node:crypto';

/** A server's wish for Digest authentication (RFC 7616, 3.3): its parameters by name in lower case. */
type Challenge = Readonly<Record<string, string>>;

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface DigestRequest {
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  /** How many requests this nonce was used for, this one among them. */
  readonly count: number;
  readonly cnonce: string;
}

/** Hash functions of RFC 7616 that Node has too. */
const HASHES: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256' };

/** The Authorization headers of a client: Basic at first, Digest once the server has asked for it. */
export class Authorization {
  #challenge: Challenge | undefined;
  #count = 0;

  /** `credentials` undefined: no header at all. */
  constructor(private readonly credentials: Credentials | undefined) {}

  headers(uri: string): { authorization?: string } {
    if (!this.credentials) return {};
    const { username, password } = this.credentials;
    if (!this.#challenge) return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
    const request = { method: 'GET', uri, count: ++this.#count, cnonce: randomBytes(12).toString('base64url') };
    return { authorization: digestHeader(this.#challenge, this.credentials, request) };
  }

  /** Takes what a 401 asks for (`WWW-Authenticate`); whether it is worth to ask again with the new headers. */
  challenged(wanted: string | undefined): boolean {
    const challenge = this.credentials && digestChallenge(wanted ?? '');
    if (!challenge || challenge.nonce === this.#challenge?.nonce) return false;
    this.#challenge = challenge;
    this.#count = 0;
    return true;
  }
}

/** The first Digest challenge in a header that can be answered; undefined where there is none. */
export function digestChallenge(header: string): Challenge | undefined {
  const challenges = header.split(/\bDigest\s+/i).slice(1).map(parametersOf); // prettier-ignore
  return challenges.find(({ nonce, algorithm = 'MD5' }) => nonce !== undefined && algorithm.toLowerCase() in HASHES);
}

/** The Authorization header that answers a challenge (RFC 7616, 3.4). */
export function digestHeader(challenge: Challenge, { username, password }: Credentials, request: DigestRequest): string {
  const { realm = '', nonce = '', opaque, algorithm, qop } = challenge;
  const hash = (...parts: readonly string[]): string =>
    createHash(HASHES[(algorithm ?? 'MD5').toLowerCase()] ?? 'md5')
      .update(parts.join(':'))
      .digest('hex');
  const { method, uri, cnonce } = request;
  const count = request.count.toString(16).padStart(8, '0');
  const secret = hash(username, realm, password);
  const what = hash(method, uri);
  const response = qop === undefined ? hash(secret, nonce, what) : hash(secret, nonce, count, cnonce, 'auth', what);
  const quoted = Object.entries({ username, realm, uri, nonce, opaque, response, ...(qop !== undefined && { cnonce }) });
  const fields = quoted.flatMap(([name, text]) => (text === undefined ? [] : [`${name}="${text.replaceAll(/["\\]/g, '\\$&')}"`]));
  if (algorithm !== undefined) fields.push(`algorithm=${algorithm}`);
  if (qop !== undefined) fields.push('qop=auth', `nc=${count}`);
  return `Digest ${fields.join(', ')}`;
}

function parametersOf(text: string): Challenge {
  const pairs = [...text.matchAll(/([a-z]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,"]+))/gi)];
  return Object.fromEntries(
    pairs.map(([, name = '', quoted, bare]) => [name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '']),
  );
}
