import type { FastifyInstance } from 'fastify';
import { ModelRegistry } from '../../src/loop/model-registry.js';
import type { Camera } from '../../src/image/region.js';
import { dashboardServer } from '../../src/server/dashboard-server.js';
import type { TopologyDriver } from '../../src/testing/topology-driver.js';

export interface Served {
  readonly server: FastifyInstance;
  close(): Promise<void>;
}

/** The server over a driver's log and app. */
export async function serve(driver: TopologyDriver, cameras: readonly Camera[] = []): Promise<Served> {
  const { log, registry } = driver;
  const models = await ModelRegistry.open(log, registry);
  const directory = { camera: (id: string) => cameras.find(({ camera }) => camera === id) };
  const server = dashboardServer({ log, registry, models, cameras: directory, apps: [driver.app] });
  return {
    server,
    async close() {
      await server.close();
      await models.close();
      await driver.close();
    },
  };
}
