/** Where node `id` (from 1) listens. `secure` is the TLS listener with SASL. */
export interface NodeAddress {
  readonly id: number;
  readonly host: string;
  readonly client: number;
  readonly secure: number;
  readonly internal: number;
  readonly controller: number;
}

/** Users of the secure listener. `alice` may do everything; `mallory` may touch nothing that has an ACL. */
export const users = { alice: 'alice-secret', mallory: 'mallory-secret' } as const;

export interface BrokerPlace {
  /** The address that listeners bind to. */
  readonly bind: string;
  readonly dataDir: string;
  /** Certificate and key of the secure listener, PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** server.properties of a node: broker and controller in one, sized for tests, clients reach it at 127.0.0.1. */
export function brokerProperties(node: NodeAddress, nodes: readonly NodeAddress[], place: BrokerPlace): string {
  const copies = Math.min(nodes.length, 3);
  const inSync = copies > 1 ? 2 : 1;
  const plain = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  const properties: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': nodes.map(({ id, host, controller }) => `${id}@${host}:${controller}`).join(','),
    listeners: [
      `PLAINTEXT://${place.bind}:${node.client}`,
      `SECURE://${place.bind}:${node.secure}`,
      `INTERNAL://${place.bind}:${node.internal}`,
      `CONTROLLER://${place.bind}:${node.controller}`,
    ].join(),
    'advertised.listeners': [
      `PLAINTEXT://127.0.0.1:${node.client}`,
      `SECURE://127.0.0.1:${node.secure}`,
      `INTERNAL://${node.host}:${node.internal}`,
    ].join(),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'INTERNAL',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secure.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${plain.join(' ')};`,
    'listener.name.secure.scram-sha-256.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'listener.name.secure.scram-sha-512.sasl.jaas.config': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': oneLine(place.certificate),
    'ssl.keystore.key': oneLine(place.key),
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': true,
    'super.users': 'User:ANONYMOUS;User:alice',
    'log.dirs': place.dataDir,
    'num.partitions': 1,
    'auto.create.topics.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.recovery.threads.per.data.dir': 1,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'log.retention.check.interval.ms': 1000,
    'log.cleaner.backoff.ms': 1000,
    'broker.session.timeout.ms': 6000,
    'message.max.bytes': 8_388_608,
    'replica.fetch.max.bytes': 8_388_608,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** log4j2 settings: everything to standard output. */
export const log4j2 = `rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
`;

/** Arguments of kafka.tools.StorageTool that format a node and enter the SCRAM users. */
export function formatArguments(clusterId: string, properties: string): string[] {
  const scram = Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=${name},password=${password}]`]),
  );
  return ['kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId, '-c', properties, ...scram];
}

/** What the broker's output says once it takes requests. */
export const startedLine = 'Kafka Server started';

function oneLine(pem: string): string {
  return pem.trim().replaceAll('\n', '\\n');
}
