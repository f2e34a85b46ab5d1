import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readKafkaConfig } from '../../src/cli/kafka-config.js';

describe("the properties of Kafka's own tools", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-kafka-config-'));
    await writeFile(join(folder, 'ca.pem'), 'a certificate');
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function read(...lines: string[]) {
    const file = join(folder, 'client.properties');
    await writeFile(file, lines.join('\n'));
    return readKafkaConfig(file);
  }
  const jaas = 'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="a=b c";';

  it('say how to log in over TLS', async () => {
    const secured = [
      'security.protocol=SASL_SSL',
      'sasl.mechanism=SCRAM-SHA-512',
      jaas,
      `ssl.truststore.location=${join(folder, 'ca.pem')}`,
    ];
    expect(await read(...secured, 'ssl.truststore.type=PEM', 'client.id=gate')).toEqual({
      clientId: 'gate',
      tls: { ca: 'a certificate' },
      sasl: { mechanism: 'scram-sha-512', username: 'alice', password: 'a=b c' },
    });
    expect(await read('security.protocol=SSL')).toEqual({ tls: true });
    expect(await read('# nothing')).toEqual({});
  });

  it.each([
    [['security.protocol=TLS'], 'security.protocol is "TLS", expected PLAINTEXT'],
    [['security.protocol=SASL_SSL', 'sasl.mechanism=GSSAPI', jaas], 'sasl.mechanism is "GSSAPI", expected PLAIN'],
    [['security.protocol=SASL_SSL', 'sasl.mechanism=PLAIN'], 'holds no username'],
    [['sasl.mechansim=PLAIN'], 'sasl.mechansim is not known'],
    [['ssl.truststore.type=JKS'], 'ssl.truststore.type is JKS, expected PEM'],
    [['security.protocol=SSL', 'ssl.truststore.location=/no/such'], '/no/such cannot be read: ENOENT'],
  ])('%j are refused', async (lines, problem) => {
    await expect(read(...lines)).rejects.toThrow(problem);
  });
});
