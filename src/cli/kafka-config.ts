import { readFile } from 'node:fs/promises';

import { parseProperties } from '../connect/config-file.js';
import { error, reasonOf } from '../errors.js';
import type { KafkaOptions } from '../log/kafka/kafka-options.js';

const keys = [
  'security.protocol',
  'sasl.mechanism',
  'sasl.jaas.config',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.keystore.type',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.key.password',
  'client.id',
] as const;
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/**
 * Reads how to reach a secured Kafka from a file that Kafka's own tools take as `--command-config`: its security.protocol, login and certificates, which
 * are PEM here (the trust store a file, certificate chain and key as text).
 *
 * @throws HW_KAFKA_CONFIG, HW_FILE
 */
export async function readKafkaConfig(file: string): Promise<KafkaOptions> {
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((cause: unknown) => {
      throw error('HW_FILE', { file: path, reason: reasonOf(cause) }, cause);
    });
  const fail = (problem: string): Error => error('HW_KAFKA_CONFIG', { file, problem, keys: keys.join(', ') });
  const given = parseProperties(await read(file));
  const unknown = Object.keys(given).find((key) => !keys.some((known) => known === key));
  if (unknown !== undefined) throw fail(`${unknown} is not known`);

  for (const store of ['ssl.truststore', 'ssl.keystore']) {
    const type = given[`${store}.type`] ?? 'PEM';
    if (type !== 'PEM') throw fail(`${store}.type is ${type}, expected PEM`);
  }

  const protocol = (given['security.protocol'] ?? 'PLAINTEXT').toUpperCase();
  if (!/^(SASL_)?(PLAINTEXT|SSL)$/.test(protocol))
    throw fail(`security.protocol is "${protocol}", expected PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL`);
  const clientId = given['client.id'];
  const trusted = given['ssl.truststore.location'];
  const [cert, key, passphrase] = [given['ssl.keystore.certificate.chain'], given['ssl.keystore.key'], given['ssl.key.password']];
  const tls = {
    ...(trusted && { ca: await read(trusted) }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(passphrase && { passphrase }),
  };
  return {
    ...(clientId && { clientId }),
    ...(protocol.endsWith('SSL') && { tls: Object.keys(tls).length > 0 ? tls : true }),
    ...(protocol.startsWith('SASL') && { sasl: login(given['sasl.mechanism'], given['sasl.jaas.config'], fail) }),
  };
}

function login(
  mechanismName: string | null | undefined,
  jaas: string | null | undefined,
  fail: (problem: string) => Error,
): NonNullable<KafkaOptions['sasl']> {
  const mechanism = mechanisms.find((known) => known === mechanismName?.toLowerCase());
  if (!mechanism) throw fail(`sasl.mechanism is "${mechanismName ?? ''}", expected PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512`);
  const [username, password] = ['username', 'password'].map((name) => new RegExp(`\\b${name}="([^"]*)"`).exec(jaas ?? '')?.[1]);
  if (username === undefined || password === undefined) throw fail('sasl.jaas.config holds no username="..." and password="..."');
  return { mechanism, username, password };
}
