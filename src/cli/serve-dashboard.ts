import { isError } from '../errors.js';
import type { BlobLoader } from '../image/blob-loader.js';
import type { Runtime } from '../runtime.js';
import { dashboardServer } from '../server/dashboard-server.js';
import type { HttpAddress } from '../server/http-address.js';
import { listen } from '../server/listen.js';
import type { App } from '../topology/app.js';

const host = '127.0.0.1';

export interface ServeOptions {
  readonly runtime: Runtime;
  readonly apps: readonly App[];
  readonly blobs?: BlobLoader | undefined;
  /** Default: port 8080 of this machine alone, or a free one where that is taken. */
  readonly address?: HttpAddress | undefined;
}

/** Serves the dashboard of a runtime and its apps while `work` goes on, which gets its URL. Throws HW_HTTP_LISTEN where it was to be a certain address. */
export async function withDashboard<T>(options: ServeOptions, work: (url: string) => Promise<T>): Promise<T> {
  const { address = { host, port: 8080 } } = options;
  const { server, url } = await serve(options, address).catch((reason: unknown) => {
    if (options.address || !isError(reason, 'HW_HTTP_LISTEN')) throw reason;
    return serve(options, { host, port: 0 });
  });
  try {
    return await work(url);
  } finally {
    await server.close();
  }
}

async function serve({ runtime, apps, blobs }: ServeOptions, address: HttpAddress) {
  const { log, registry, cameras, modelRegistry: models } = runtime;
  const server = dashboardServer({ log, registry, cameras, models, apps, ...(blobs && { blobs }) });
  try {
    return { server, url: await listen(server, address) };
  } catch (reason) {
    await server.close();
    throw reason;
  }
}
