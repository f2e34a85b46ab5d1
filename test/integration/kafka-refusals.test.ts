import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import kafkajs from 'kafkajs';
import { expect, it } from 'vitest';
import { KafkaLog, type KafkaOptions } from 'headwater';
import { headwater } from '../cli/headwater.js';
import { users } from '../kafka/broker-properties.js';
import { partitionContents } from '../kafka/copying.js';
import { freePorts } from '../kafka/ports.js';
import { describeKafka, sharedKafka } from '../kafka/shared-kafka.js';

type Mechanism = NonNullable<KafkaOptions['sasl']>['mechanism'];
const login = (username: keyof typeof users, mechanism: Mechanism = 'plain', password: string = users[username]) => ({
  mechanism,
  username,
  password,
});
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

describeKafka('KafkaLog at the door', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('logs in over TLS with %s', async (mechanism) => {
    const { secureBrokers, certificate } = await sharedKafka();
    const log = await KafkaLog.connect(secureBrokers, { tls: { ca: certificate }, sasl: login('alice', mechanism) });
    expect(await log.id()).toMatch(/./);
    await log.close();
  });

  it('says that a password is wrong', async () => {
    const { secureBrokers, certificate } = await sharedKafka();
    const sasl = login('alice', 'scram-sha-256', 'guess');
    await expect(KafkaLog.connect(secureBrokers, { tls: { ca: certificate }, sasl })).rejects.toMatchObject({ code: 'HW_KAFKA_LOGIN' });
  });

  it.each([
    ['alice-secret', 0, ''],
    ['guess', 1, /^headwater: Kafka .* refuses these credentials: .*\. Check user, password and mechanism/],
  ])('lets the command line in with --kafka-config: password %s, exit code %i', async (password, code, err) => {
    const { secureBrokers, certificate } = await sharedKafka();
    const folder = await mkdtemp(path.join(tmpdir(), 'headwater-login-'));
    const [ca, file] = [path.join(folder, 'ca.pem'), path.join(folder, 'client.properties')];
    await writeFile(ca, certificate);
    const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="alice" password="${password}";`;
    const secured = [
      'security.protocol=SASL_SSL',
      'sasl.mechanism=SCRAM-SHA-256',
      `ssl.truststore.location=${ca}`,
      `sasl.jaas.config=${jaas}`,
    ];
    await writeFile(file, secured.join('\n'));
    const ended = await headwater('topics', '--log', `kafka://${secureBrokers.join()}`, '--kafka-config', file);
    expect(ended).toMatchObject({ code, err: expect.stringMatching(err) as string });
    await rm(folder, { recursive: true });
  });

  it('says that a broker is away within seconds', async () => {
    const [port] = await freePorts(1);
    const started = Date.now();
    await expect(KafkaLog.connect([`127.0.0.1:${port}`])).rejects.toMatchObject({ code: 'HW_KAFKA_AWAY' });
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('refuses a broker whose certificate is not trusted', async () => {
    const { secureBrokers } = await sharedKafka();
    await expect(KafkaLog.connect(secureBrokers, { tls: true, sasl: login('alice') })).rejects.toMatchObject({
      code: 'HW_KAFKA_AWAY',
      message: expect.stringContaining('certificate') as string,
    });
  });

  it('says that a record is too large for its topic, and goes on with the next one', async () => {
    const log = await KafkaLog.connect((await sharedKafka()).brokers, { maxMessageBytes: 100_000 });
    await log.createTopics([{ name: 'small', partitions: 1 }]);
    const append = (bytes: number) => log.append([{ topic: 'small', partition: 0, key: null, value: Buffer.alloc(bytes) }]);
    await expect(append(200_000)).rejects.toMatchObject({ code: 'HW_RECORD_TOO_LARGE' });
    expect(await append(10)).toEqual([{ topic: 'small', partition: 0, offset: 0 }]);
    await log.close();
  });

  it('says that a user may not write', async () => {
    const { brokers, secureBrokers, certificate } = await sharedKafka();
    const open = await KafkaLog.connect(brokers);
    await open.createTopics([{ name: 'guarded', partitions: 1 }]);
    const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    const acl = { resourceType: AclResourceTypes.TOPIC, resourceName: 'guarded', resourcePatternType: ResourcePatternTypes.LITERAL };
    const operations = [AclOperationTypes.READ, AclOperationTypes.DESCRIBE];
    await admin.createAcls({
      acl: operations.map((operation) => ({
        ...acl,
        principal: 'User:mallory',
        host: '*',
        operation,
        permissionType: AclPermissionTypes.ALLOW,
      })),
    });
    await admin.disconnect();
    const log = await KafkaLog.connect(secureBrokers, { tls: { ca: certificate }, sasl: login('mallory') });
    await expect(log.append([{ topic: 'guarded', partition: 0, key: null, value: Buffer.from('x') }])).rejects.toMatchObject({
      code: 'HW_KAFKA_NOT_AUTHORIZED',
    });
    await Promise.all([log.close(), open.close()]);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('writes %s batches that the broker takes and a reader reads', async (compression) => {
    const log = await KafkaLog.connect((await sharedKafka()).brokers, { compression });
    const topic = `codec-${compression}`;
    await log.createTopics([{ name: topic, partitions: 1 }]);
    const value = Buffer.from('headwater '.repeat(10_000));
    await log.append([1, 2].map(() => ({ topic, partition: 0, key: null, value })));
    const records = await partitionContents(log, topic, 0);
    expect(records.map((one) => value.equals(one.value!))).toEqual([true, true]);
    await log.close();
  });
});
