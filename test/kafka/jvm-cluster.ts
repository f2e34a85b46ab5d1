import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokerProperties, formatArguments, log4j2, startedLine, type NodeAddress } from './broker-properties.js';
import type { Certificate } from './certificate.js';
import type { Cluster } from './cluster.js';
import { kafkaClassPath, run } from './jars.js';
import { JavaProcess } from './java-process.js';
import { freePorts } from './ports.js';

/** Brokers as plain JVM processes, one a node, data under `folder`. */
export async function startJvmCluster(count: number, clusterId: string, folder: string, certificate: Certificate): Promise<Cluster> {
  const classPath = await kafkaClassPath();
  const ports = await freePorts(4 * count);
  const nodes = Array.from({ length: count }, (_, i): NodeAddress => {
    const [client, secure, internal, controller] = ports.slice(4 * i) as [number, number, number, number];
    return { id: i + 1, host: '127.0.0.1', client, secure, internal, controller };
  });
  const running = new Map<number, JavaProcess>();

  async function start(node: NodeAddress): Promise<void> {
    const home = join(folder, `node-${node.id}`);
    const properties = join(home, 'server.properties');
    const logging = join(home, 'log4j2.properties');
    const java = [`-Dlog4j2.configurationFile=${logging}`, '-Xmx512m', '-cp', classPath];
    if (!(await exists(properties))) {
      await mkdir(home, { recursive: true });
      await writeFile(properties, brokerProperties(node, nodes, { bind: '127.0.0.1', dataDir: join(home, 'data'), ...certificate }));
      await writeFile(logging, log4j2);
      await run('java', [...java, ...formatArguments(clusterId, properties)]);
    }
    const broker = new JavaProcess([...java, 'kafka.Kafka', properties], join(home, 'broker.log'));
    running.set(node.id, broker);
    await broker.ready((log) => log.includes(startedLine));
  }

  async function end(id: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const broker = running.get(id);
    running.delete(id);
    await broker?.end(signal);
  }

  await Promise.all(nodes.map(start));
  return {
    nodes,
    kill: (id) => end(id, 'SIGKILL'),
    restart: (id) => start(nodes[id - 1]!),
    stop: async () => {
      await Promise.all(nodes.map(({ id }) => end(id, 'SIGKILL')));
    },
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
