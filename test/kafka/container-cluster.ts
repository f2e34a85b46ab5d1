import { randomUUID } from 'node:crypto';
import { GenericContainer, Network, Wait, getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import { brokerProperties, formatArguments, log4j2, startedLine, type NodeAddress } from './broker-properties.js';
import type { Certificate } from './certificate.js';
import type { Cluster } from './cluster.js';
import { kafkaVersion } from './jars.js';
import { freePorts } from './ports.js';

const image = `docker.io/apache/kafka:${kafkaVersion}`;
const java = "java -Xmx512m -XX:+UseSerialGC -Dlog4j2.configurationFile=/tmp/log4j2.properties -cp '/opt/kafka/libs/*'";

/** Brokers in containers, one a node. */
export async function startContainerCluster(count: number, clusterId: string, certificate: Certificate): Promise<Cluster> {
  const ports = await freePorts(2 * count);
  const run = randomUUID().slice(0, 8);
  const nodes = Array.from({ length: count }, (_, i): NodeAddress => {
    const [client, secure] = ports.slice(2 * i) as [number, number];
    return { id: i + 1, host: `kafka-${run}-${i + 1}`, client, secure, internal: 19_092, controller: 19_093 };
  });
  const network = await new Network().start();
  const format = formatArguments(clusterId, '/tmp/server.properties').map((word) => `'${word}'`);

  async function start(node: NodeAddress): Promise<StartedTestContainer> {
    const place = { bind: '0.0.0.0', dataDir: '/tmp/kafka-data', ...certificate };
    return await new GenericContainer(image)
      .withNetwork(network)
      .withNetworkAliases(node.host)
      .withExposedPorts({ container: node.client, host: node.client }, { container: node.secure, host: node.secure })
      .withCopyContentToContainer([
        { content: brokerProperties(node, nodes, place), target: '/tmp/server.properties' },
        { content: log4j2, target: '/tmp/log4j2.properties' },
      ])
      .withCommand(['sh', '-c', `${java} ${format.join(' ')} && exec ${java} kafka.Kafka /tmp/server.properties`])
      .withWaitStrategy(Wait.forLogMessage(startedLine))
      .withStartupTimeout(120_000)
      .start();
  }

  const containers = await Promise.all(nodes.map(start));
  const { container: engine } = await getContainerRuntimeClient();
  return {
    nodes,
    kill: async (node) => {
      await engine.getById(containers[node - 1]!.getId()).kill();
    },
    restart: (node) => containers[node - 1]!.restart(),
    stop: async () => {
      await Promise.all(containers.map((container) => container.stop({ timeout: 0 })));
      await network.stop();
    },
  };
}

/** Whether a container engine answers here. */
export async function hasContainerEngine(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}
