import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { fastify } from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/server/listen.js';
import { parseHttpAddress } from '../../src/server/http-address.js';

it.each([
  ['8080', '127.0.0.1', 8080],
  ['0.0.0.0:80', '0.0.0.0', 80],
  ['[::1]:0', '::1', 0],
  ['example.test:65535', 'example.test', 65535],
])('reads %s', (text, host, port) => {
  expect(parseHttpAddress(text)).toEqual({ host, port });
});

it.each(['', 'x', '65536', 'a b:80', '::1:80', 'host:'])('refuses %j', (text) => {
  expect(() => parseHttpAddress(text)).toThrow(/no address to listen on/);
});

it('says that a port is taken', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  await expect(listen(fastify(), { host: '127.0.0.1', port })).rejects.toThrow(`127.0.0.1:${port} cannot be listened on`);
});
