import type { ConnectionOptions } from 'node:tls';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** What the Kafka client says about itself: connections, retries, rebalances. */
export interface KafkaNote {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly part: string;
  readonly message: string;
}

/** How to reach a Kafka cluster, and how much to ask of it. Names follow Kafka's own configuration where it has them. */
export interface KafkaOptions {
  /** Shown in the broker's metrics and request log. Default `headwater`. */
  readonly clientId?: string;
  /** TLS: `true` for the machine's own certificate authorities, or Node's TLS options (PEM). Default: none. */
  readonly tls?: true | Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized'>;
  readonly sasl?: { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string };
  /** Codec of what is written; every codec is read. Default `none`: pictures are compressed already. */
  readonly compression?: Compression;
  /** Copies of new topics. Default: what the broker does (`default.replication.factor`). */
  readonly replicationFactor?: number;
  /** `max.message.bytes` of new topics. Default 8 MiB, so that a picture fits. */
  readonly maxMessageBytes?: number;
  /** Bytes of one partition that one request may bring; a larger record still comes alone. Default 4 MiB. */
  readonly maxPartitionFetchBytes?: number;
  /** Bytes that a member or reader holds fetched ahead, all partitions together. Default 64 MiB. */
  readonly bufferBytes?: number;
  /** A member not heard of for so many milliseconds loses its partitions. Default 30,000. */
  readonly sessionTimeoutMs?: number;
  /** Default 1,000: also how soon a member notices that another one comes or goes. */
  readonly heartbeatIntervalMs?: number;
  /** How long a write is tried again while brokers are away. Default 120,000, as Kafka's `delivery.timeout.ms`. */
  readonly deliveryTimeoutMs?: number;
  /** Called with the client's own log; silent without. */
  readonly onNote?: (note: KafkaNote) => void;
}

export interface ResolvedKafkaOptions extends Required<Omit<KafkaOptions, 'tls' | 'sasl' | 'replicationFactor' | 'onNote'>> {
  readonly replicationFactor: number;
}

export function resolveKafkaOptions(options: KafkaOptions): ResolvedKafkaOptions {
  return {
    clientId: options.clientId ?? 'headwater',
    compression: options.compression ?? 'none',
    replicationFactor: options.replicationFactor ?? -1,
    maxMessageBytes: options.maxMessageBytes ?? 8 * 1024 * 1024,
    maxPartitionFetchBytes: options.maxPartitionFetchBytes ?? 4 * 1024 * 1024,
    bufferBytes: options.bufferBytes ?? 64 * 1024 * 1024,
    sessionTimeoutMs: options.sessionTimeoutMs ?? 30_000,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 1000,
    deliveryTimeoutMs: options.deliveryTimeoutMs ?? 120_000,
  };
}
