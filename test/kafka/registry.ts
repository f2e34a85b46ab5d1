import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apicurioJar } from './jars.js';
import { JavaProcess } from './java-process.js';
import { freePorts } from './ports.js';

/** A schema registry that answers as Confluent's does, empty. */
export interface TestRegistry {
  readonly url: string;
  stop(): Promise<void>;
}

/** Apicurio Registry in memory. Its own compatibility level is NONE; set one (`PUT /config`) as Confluent's has BACKWARD. */
export async function startRegistry(): Promise<TestRegistry> {
  const jar = await apicurioJar();
  const [port] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), 'headwater-registry-'));
  const http = ['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`];
  const storage = ['-Dapicurio.storage.kind=sql', '-Dapicurio.storage.sql.kind=h2'];
  const server = new JavaProcess(['-Xmx384m', ...http, ...storage, '-jar', jar], join(folder, 'registry.log'));
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  await server.ready(() => answers(`${url}/subjects`));
  return {
    url,
    stop: async () => {
      await server.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
