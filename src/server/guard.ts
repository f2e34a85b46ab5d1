import type { FastifyReply, FastifyRequest } from 'fastify';

/** Nothing but what the server itself serves; no inline script or style, no frame around it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Why a request is refused: another page's post, or a name that somebody made to point here (DNS rebinding). */
export function refusal({ headers: { host = '', origin }, socket, method }: FastifyRequest): string | undefined {
  if (isLoopback(socket.localAddress) && !loopback.test(host)) return `this server is asked for as localhost, not as ${host}`;
  const safe = method === 'GET' || method === 'HEAD';
  if (!safe && origin !== undefined && !sameHost(origin, host)) return `posts from ${origin} are not taken`;
  return undefined;
}

/** Puts the headers that keep other sites out on every answer. */
export function guard(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.headers(headers);
  done();
}

function isLoopback(address: string | undefined): boolean {
  return address === undefined || address === '::1' || /^(::ffff:)?127\./.test(address);
}

function sameHost(origin: string, host: string): boolean {
  const here = `http://${host}`; // parsed as well: an origin leaves the port 80 out
  return URL.canParse(origin) && URL.canParse(here) && new URL(origin).host === new URL(here).host;
}
