import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ConfluentRegistry } from 'headwater';

type Reply = [status: number, body: unknown];

let server: Server | undefined;

/** A server that gives these replies, one after the other, and remembers the requests. */
async function serve(...replies: Reply[]): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  server = createServer((request, response) => {
    const [status, body] = replies[requests.length] ?? [500, 'no reply left'];
    requests.push(request);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

afterEach(() => server?.close());

const fast = { retryDelayMs: 1 };

it('sends user and password of the URL as basic authentication, and names neither', async () => {
  const { url, requests } = await serve([200, []], [404, 'nothing here']);
  const registry = new ConfluentRegistry(url.replace('//', '//ann:p%40ss@'), fast);
  expect(await registry.subjects()).toEqual([]);
  expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
  await expect(registry.subjects()).rejects.toThrow(expect.not.stringContaining('p%40ss'));
});

it('tries again on 503 and 429', async () => {
  const { url, requests } = await serve([503, 'later'], [429, 'slower'], [200, ['a']]);
  expect(await new ConfluentRegistry(url, fast).subjects()).toEqual(['a']);
  expect(requests).toHaveLength(3);
});

it('gives up on a server that stays ill, and says why', async () => {
  const { url, requests } = await serve();
  await expect(new ConfluentRegistry(url, fast).subjects()).rejects.toMatchObject({
    code: 'HW_REGISTRY_AWAY',
    message: expect.stringContaining(`schema registry ${url} does not answer: HTTP 500`) as string,
  });
  expect(requests).toHaveLength(4);
});

it('says that nobody listens', async () => {
  const { url } = await serve();
  await new Promise((resolve) => server?.close(resolve));
  await expect(new ConfluentRegistry(url, fast).subjects()).rejects.toMatchObject({
    code: 'HW_REGISTRY_AWAY',
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
});

it('does not repeat a request with wrong credentials', async () => {
  const { url, requests } = await serve([401, { message: 'Unauthorized' }]);
  await expect(new ConfluentRegistry(url, fast).subjects()).rejects.toMatchObject({ code: 'HW_REGISTRY_DENIED' });
  expect(requests).toHaveLength(1);
});

it('takes a 404 for "no such schema" only from a registry', async () => {
  const { url } = await serve([404, { error_code: 40403, message: 'Schema not found' }], [404, '<html>Not Found</html>']);
  const registry = new ConfluentRegistry(url, fast);
  await expect(registry.schemaById(7)).rejects.toMatchObject({ code: 'HW_SCHEMA_UNKNOWN' });
  await expect(registry.schemaById(7)).rejects.toMatchObject({
    code: 'HW_REGISTRY_REFUSED',
    message: expect.stringContaining('GET /schemas/ids/7: HTTP 404, expected JSON, got "<html>Not Found</html>"') as string,
  });
});

it('asks for a schema once', async () => {
  const { url, requests } = await serve([200, { schema: '"string"' }]);
  const registry = new ConfluentRegistry(url, fast);
  expect([await registry.schemaById(1), await registry.schemaById(1)]).toEqual(['"string"', '"string"']);
  expect(requests).toHaveLength(1);
});
