import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineConfig, type Properties } from '../../src/config/index.js';
import { defineSource, startConnectWorker } from '../../src/connect/index.js';
import { ConfigProviders } from '../../src/connect/config-providers.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import { until } from './until.js';

const PACKAGE = 'org.apache.kafka.common.config.provider.';
let folder: string;
let worker: Properties;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-providers-'));
  await writeFile(join(folder, 'secrets.properties'), 'password=s3cret\nuser=ann\n');
  process.env['HEADWATER_TEST_TOKEN'] = 'token';
  worker = {
    'config.providers': 'file, dir,env',
    'config.providers.file.class': `${PACKAGE}FileConfigProvider`,
    'config.providers.file.param.allowed.paths': folder,
    'config.providers.dir.class': `${PACKAGE}DirectoryConfigProvider`,
    'config.providers.env.class': `${PACKAGE}EnvVarConfigProvider`,
    'config.providers.env.param.allowlist.pattern': 'HEADWATER_.*',
  };
});
afterAll(async () => {
  delete process.env['HEADWATER_TEST_TOKEN'];
  await rm(folder, { recursive: true });
});

it('puts in what placeholders stand for, and leaves those that nothing is known of', async () => {
  const file = join(folder, 'secrets.properties');
  const given = {
    url: `postgres://\${file:${file}:user}:\${file:${file}:password}@host`,
    directory: `\${dir:${folder}:secrets.properties}`,
    token: '${env:HEADWATER_TEST_TOKEN}',
    unknown: `\${vault:a:b} \${file:${file}:nothing} \${env:PATH} \${topic}`,
    none: null,
  };
  expect(await new ConfigProviders(worker).resolve(given)).toEqual({
    ...given,
    url: 'postgres://ann:s3cret@host',
    directory: 'password=s3cret\nuser=ann\n',
    token: 'token',
  });
  expect(await new ConfigProviders({}).resolve(given)).toEqual(given);
});

it('refuses what it may not or cannot read, and classes that it does not have', async () => {
  const providers = new ConfigProviders(worker);
  await expect(providers.resolve({ a: '${file:/etc/passwd:root}' })).rejects.toThrow('/etc/passwd is outside of allowed.paths');
  await expect(providers.resolve({ a: `\${file:${folder}/../x:a}` })).rejects.toThrow('outside of allowed.paths');
  await expect(providers.resolve({ a: `\${file:${folder}/none:a}` })).rejects.toThrow('ENOENT');
  const vault = { 'config.providers': 'v', 'config.providers.v.class': 'com.example.Vault' };
  expect(() => new ConfigProviders(vault)).toThrow('config.providers.v.class is "com.example.Vault"');
});

it('shows secrets to connector and task, and to nobody else', async () => {
  const seen: (string | null | undefined)[] = [];
  const source = defineSource({
    className: 'test.Secret',
    version: '1',
    config: defineConfig({ secret: { type: 'STRING', doc: '' } }),
    connector: () => ({ start: ({ secret }) => void seen.push(secret) }),
    task: () => {
      let wait: () => Promise<void>;
      return {
        start({ secret }, context) {
          seen.push(secret);
          wait = () => context.sleep(1000);
        },
        async poll() {
          await wait();
          return [];
        },
      };
    },
  });
  const log = new MemoryLog();
  const started = await startConnectWorker({ log, connectors: [source], properties: worker });
  const { herder } = started;
  const secret = `\${file:${join(folder, 'secrets.properties')}:password}`;
  await herder.create('c', { 'connector.class': 'test.Secret', secret });
  await until(() => seen.length === 2);
  expect(seen).toEqual(['s3cret', 's3cret']);
  expect(herder.config('c')['secret']).toBe(secret);
  expect(herder.tasks('c').map(({ config }) => config['secret'])).toEqual([secret]);
  await started.stop();
  await log.close();
});
