import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import type { FastifyInstance } from 'fastify';

import { packageFolder } from '../package-folder.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The dashboard: a static page and its modules, as they lie in the package. */
export function pageRoutes(server: FastifyInstance): void {
  const folder = path.join(packageFolder(), 'src', 'server', 'dashboard');
  for (const file of readdirSync(folder)) {
    const type = types[path.extname(file)];
    if (type === undefined) continue;
    const bytes = readFileSync(path.join(folder, file));
    server.get(file === 'index.html' ? '/' : `/${file}`, (_, reply) => reply.type(type).send(bytes));
  }
}
