import type { FastifyInstance } from 'fastify';
import { error, reasonOf } from '../errors.js';
import type { HttpAddress } from './http-address.js';

/** Listens, and resolves with the URL. Throws HW_HTTP_LISTEN. */
export async function listen(server: FastifyInstance, { host, port }: HttpAddress): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (reason) {
    throw error('HW_HTTP_LISTEN', { address: `${host}:${port}`, reason: reasonOf(reason) }, reason);
  }
}
