import kafkajs, {
  type Admin,
  type Broker,
  type BrokerMetadata,
  type Cluster,
  type ISocketFactory,
  type Kafka,
  type KafkaConfig,
  type Producer,
} from 'kafkajs';
import makeSocketFactory from 'kafkajs/src/network/socketFactory.js';
import { registerCodecs } from './codecs.js';
import { disconnect, withDeadline } from './deadline.js';
import { kafkaFailure, NoBrokerAnswers } from './kafka-failure.js';
import type { KafkaNote, KafkaOptions } from './kafka-options.js';
import { installProduceRequest } from './produce-request.js';
import { installResponseFrames, plainSocket } from './response-frames.js';
import { whilePassing } from './while-passing.js';

/** kafkajs's broker with the calls of the group and offset protocols that its types leave out. */
export interface GroupBroker extends Broker {
  joinGroup(request: {
    groupId: string;
    sessionTimeout: number;
    rebalanceTimeout: number;
    memberId: string;
    groupProtocols: { name: string; metadata: Buffer }[];
  }): Promise<{
    generationId: number;
    leaderId: string;
    memberId: string;
    groupProtocol: string;
    members: { memberId: string; memberMetadata: Buffer }[];
  }>;
  syncGroup(request: {
    groupId: string;
    generationId: number;
    memberId: string;
    groupAssignment: { memberId: string; memberAssignment: Buffer }[];
  }): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
}

/** kafkajs's broker with the call for offsets that its types leave out. */
export interface OffsetBroker extends Broker {
  listOffsets(request: {
    isolationLevel: number;
    topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>;
}

/** kafkajs's protocol layer; metadata can be asked for single topics, which its types leave out too. */
export interface ProtocolCluster extends Cluster {
  metadata(request?: { topics: string[] }): Promise<BrokerMetadata>;
}

const { logLevel } = kafkajs;
const makeSocket = makeSocketFactory();
/** kafkajs puts one more listener on a dead socket with each attempt to reach a broker that is away; Node would warn of a leak. */
const socketFactory: ISocketFactory = (options) => {
  const secured: unknown = options.ssl; // null where it is not: kafkajs's types do not say so
  return (secured ? makeSocket(options) : plainSocket(options)).setMaxListeners(0);
};
const levels: Readonly<Record<number, KafkaNote['level']>> = {
  [logLevel.ERROR]: 'error',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'info',
  [logLevel.DEBUG]: 'debug',
};

/** What is written while a broker restarts has to get through: about a minute and a half with a broker that is away. */
const patient = { initialRetryTime: 2, maxRetryTime: 500, retries: 60 };
/** A question is answered or fails within seconds. */
const brief = { initialRetryTime: 50, maxRetryTime: 500, retries: 4 };
/** Milliseconds after which the broker aborts a transaction that nobody ends. */
export const transactionTimeout = 60_000;
/** Longer than a request of kafkajs takes with its retries. */
export const answerMs = 20_000;

/** Makes connections to one cluster. Each consumer, producer and membership has its own: a broker answers the requests of a connection one after the other. */
export class KafkaClient {
  readonly #config: KafkaConfig;
  readonly #kafka: Kafka;

  constructor(
    readonly name: string,
    brokers: readonly string[],
    options: KafkaOptions,
  ) {
    registerCodecs();
    installProduceRequest();
    installResponseFrames();
    const { onNote, tls, sasl } = options;
    this.#config = {
      brokers: [...brokers],
      clientId: options.clientId ?? 'headwater',
      connectionTimeout: 3000,
      requestTimeout: 10_000,
      socketFactory,
      retry: brief,
      logLevel: onNote === undefined ? logLevel.NOTHING : logLevel.INFO,
      logCreator:
        () =>
        ({ level, namespace, log }) =>
          onNote?.({ level: levels[level] ?? 'debug', part: namespace, message: log.message }),
      ...(tls === undefined ? {} : { ssl: tls }),
      ...(sasl === undefined ? {} : { sasl: sasl as NonNullable<KafkaConfig['sasl']> }),
    };
    this.#kafka = new kafkajs.Kafka(this.#config);
  }

  async admin(): Promise<Admin> {
    const admin = this.#kafka.admin();
    await this.#connect(admin);
    return admin;
  }

  /** The protocol layer, on connections of its own; `onConnection` is called for each. */
  async cluster(onConnection?: () => void): Promise<ProtocolCluster> {
    const counted: ISocketFactory = (options) => {
      onConnection?.();
      return socketFactory(options);
    };
    const cluster = clusterOf(new kafkajs.Kafka({ ...this.#config, socketFactory: counted }));
    await this.#connect(cluster);
    return cluster;
  }

  /** An idempotent producer, with a transactional id also a transactional one. Every message names its partition. */
  async producer(transactionalId?: string): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      retry: patient,
      createPartitioner: () => (given) => given.message.partition ?? 0,
      ...(transactionalId === undefined ? {} : { transactionalId, transactionTimeout }),
    });
    await this.#connect(producer);
    return producer;
  }

  async #connect(connection: { connect(): Promise<void>; disconnect(): Promise<void> }): Promise<void> {
    try {
      await connection.connect();
    } catch (reason) {
      await disconnect(connection);
      throw kafkaFailure(this.name, reason);
    }
  }
}

/** Metadata of topics. kafkajs answers null where no broker answers. */
export async function topicMetadata(cluster: ProtocolCluster, topics: readonly string[]): Promise<BrokerMetadata['topicMetadata']> {
  const metadata = (await cluster.metadata({ topics: [...topics] })) as BrokerMetadata | null;
  if (metadata === null) throw new NoBrokerAnswers('no broker answers');
  return metadata.topicMetadata;
}

/** The coordinator of a group, found anew after it moved. */
export async function coordinatorOf(cluster: Cluster, groupId: string): Promise<GroupBroker> {
  await cluster.refreshMetadataIfNecessary();
  return (await cluster.findGroupCoordinator({ groupId })) as GroupBroker;
}

/** Asks the coordinator of a group, for a few seconds while it moves. */
export async function askCoordinator<T>(cluster: Cluster, groupId: string, question: (broker: GroupBroker) => Promise<T>): Promise<T> {
  return await whilePassing(
    5000,
    () => withDeadline(answerMs, coordinatorOf(cluster, groupId).then(question)),
    () => withDeadline(answerMs, cluster.refreshMetadata()),
  );
}

/** kafkajs hands its protocol layer to partition assigners and to nobody else. */
function clusterOf(kafka: Kafka): ProtocolCluster {
  const found: ProtocolCluster[] = [];
  kafka.consumer({
    groupId: 'headwater',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found.push(cluster);
        return { name: '', version: 0, assign: () => Promise.resolve([]), protocol: () => ({ name: '', metadata: Buffer.alloc(0) }) };
      },
    ],
  });
  return found[0]!;
}
