import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The user that runs it where the test runs as root. */
const NOBODY = 65534;
const BASE = '/usr/lib/postgresql';
/** Folder of the newest server's programs, as Debian lays them out. */
const bin = existsSync(BASE)
  ? readdirSync(BASE)
      .map((version) => join(BASE, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined;
export const hasPostgres = bin !== undefined;
if (!hasPostgres)
  console.warn('SKIPPED: the postgres sink is not tested, there is no PostgreSQL here (Debian: apt-get install postgresql)');

/** A PostgreSQL server of its own in a temporary folder; not as root, which it refuses. */
export class PostgresCluster {
  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async create(): Promise<PostgresCluster> {
    const folder = await mkdtemp(join(tmpdir(), 'headwater-postgres-'));
    if (process.getuid?.() === 0) await chown(folder, NOBODY, NOBODY);
    const cluster = new PostgresCluster(folder, await freePort());
    cluster.run('initdb', ['-D', join(folder, 'data'), '-U', 'test', '--auth=trust', '--no-sync']);
    cluster.start();
    return cluster;
  }

  get url(): string {
    return `postgres://test@127.0.0.1:${this.port}/postgres`;
  }

  start(): void {
    const options = `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.folder}`;
    this.run('pg_ctl', ['-D', join(this.folder, 'data'), '-w', '-l', join(this.folder, 'log'), '-o', options, 'start']);
  }

  stop(mode: 'fast' | 'immediate'): void {
    this.run('pg_ctl', ['-D', join(this.folder, 'data'), '-w', '-m', mode, 'stop']);
  }

  async remove(): Promise<void> {
    this.stop('immediate');
    await rm(this.folder, { recursive: true });
  }

  private run(program: string, args: readonly string[]): void {
    const ids = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    const { status, stderr } = spawnSync(join(bin!, program), args, {
      ...ids,
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
