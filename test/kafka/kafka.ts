import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from './certificate.js';
import type { Cluster } from './cluster.js';
import { hasContainerEngine, startContainerCluster } from './container-cluster.js';
import { hasJvm } from './jars.js';
import { startJvmCluster } from './jvm-cluster.js';

/** How real brokers can run on this machine, or `undefined`. */
export type Way = 'containers' | 'jvm';

/** A real Apache Kafka of one to three nodes, each broker and controller. */
export interface TestKafka extends Pick<Cluster, 'kill' | 'restart' | 'stop'> {
  readonly way: Way;
  /** `127.0.0.1:PORT` of every node; no password. */
  readonly brokers: readonly string[];
  /** The same nodes over TLS with SASL (PLAIN, SCRAM); see `users`. */
  readonly secureBrokers: readonly string[];
  /** The certificate that secure clients must trust, PEM. */
  readonly certificate: string;
}

/** Containers where an engine answers, else JVM processes where java and mvn are there. */
export async function wayToRunKafka(): Promise<Way | undefined> {
  const wanted = process.env.HEADWATER_KAFKA_WAY;
  if (wanted !== 'jvm' && (await hasContainerEngine())) return 'containers';
  return wanted !== 'containers' && (await hasJvm()) ? 'jvm' : undefined;
}

export async function startKafka({ nodes = 1 }: { nodes?: 1 | 2 | 3 } = {}): Promise<TestKafka> {
  const way = await wayToRunKafka();
  if (way === undefined) throw new Error('neither a container engine nor java with mvn is here');
  const folder = await mkdtemp(join(tmpdir(), 'headwater-kafka-'));
  const certificate = await selfSignedCertificate(folder);
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const cluster =
    way === 'containers'
      ? await startContainerCluster(nodes, clusterId, certificate)
      : await startJvmCluster(nodes, clusterId, folder, certificate);
  return {
    way,
    brokers: cluster.nodes.map(({ client }) => `127.0.0.1:${client}`),
    secureBrokers: cluster.nodes.map(({ secure }) => `127.0.0.1:${secure}`),
    certificate: certificate.certificate,
    kill: (node) => cluster.kill(node),
    restart: (node) => cluster.restart(node),
    stop: async () => {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
