import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { selfSignedCertificate } from '../kafka/certificate.js';

const run = promisify(execFile);
const command = ['dist/src/cli/main.js', 'connect'];

describe('headwater connect', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-connect-command-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('prints the connectors, and the keys of what is named', async () => {
    const { stdout: all } = await run(process.execPath, [...command, '--help']);
    expect(all).toMatch(/--users[\s\S]*Connectors:[\s\S]*headwater\.PostgresSink {2}\(sink\)/);
    const { stdout: one } = await run(process.execPath, [...command, 'FileSink', 'Cast$Key', '--help']);
    expect(one).toMatch(
      /headwater\.FileSink .*\n {2}directory {2}\(string, required\)[\s\S]*Keys of every sink: name,[\s\S]*Cast\$Key .*\n {2}spec/,
    );
    await expect(run(process.execPath, [...command, 'NoSuchSink', '--help'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('NoSuchSink') as string,
    });
  });

  it('runs the connectors of files with the keys of a worker file, over HTTPS for those who may', async () => {
    const { certificate: ca } = await selfSignedCertificate(folder);
    await writeFile(at('users'), '# who may\nann=pw\n');
    await writeFile(
      at('worker.properties'),
      'offset.flush.interval.ms=50\nvalue.converter=org.apache.kafka.connect.storage.StringConverter\nrest.port=9\n',
    );
    await writeFile(
      at('lines.json'),
      JSON.stringify({ name: 'lines', config: { 'connector.class': 'FileStreamSource', file: at('in'), topic: 'lines' } }),
    );
    await writeFile(at('out.properties'), `name=out\nconnector.class=FileStreamSink\ntopics=lines\nfile=${at('out')}\n`);
    await writeFile(at('in'), 'one\ntwo\n');
    const files = ['worker.properties', 'lines.json', 'out.properties'].map(at);
    const security = ['--tls-cert', at('certificate.pem'), '--tls-key', at('key.pem'), '--users', at('users')];
    const worker = spawn(process.execPath, [...command, ...files, '--log', at('log'), '--port', '0', ...security], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    worker.stderr.on('data', (text: Buffer) => (told += text.toString()));
    const url = async (): Promise<string> => {
      for (;;) {
        const found = /REST interface at (https:\/\/\S+)/.exec(told)?.[1];
        if (found !== undefined) return found;
        if (worker.exitCode !== null) throw new Error(told);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const address = await url();
    const get = (path: string, auth?: string) =>
      new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        request(`${address}${path}`, { ca, ...(auth === undefined ? {} : { auth }) }, (answer) => {
          let body = '';
          answer.on('data', (text: Buffer) => (body += text.toString()));
          answer.on('end', () => resolve({ status: answer.statusCode, body }));
        })
          .on('error', reject)
          .end();
      });
    expect((await get('/connectors')).status).toBe(401);
    expect((await get('/connectors', 'ann:no')).status).toBe(401);
    expect(JSON.parse((await get('/connectors', 'ann:pw')).body)).toEqual(['lines', 'out']);
    while ((await readFile(at('out'), 'utf8').catch(() => '')) !== 'one\ntwo\n') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(JSON.parse((await get('/connectors/out/status', 'ann:pw')).body)).toMatchObject({
      connector: { worker_id: new URL(address).host },
    });
    expect(told).toContain('worker keys without effect here: rest.port');
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
  });

  it('runs the connector that the docs write in forty lines', async () => {
    const [, code = ''] = /```ts\n(.*?)```/s.exec(await readFile('connectors/README.md', 'utf8')) ?? [];
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(40);
    await mkdir(at('plugins/node_modules'), { recursive: true });
    await symlink(process.cwd(), at('plugins/node_modules/headwater'));
    await writeFile(at('plugins/manifest.js'), code);
    await writeFile(at('plugins/package.json'), '{ "type": "module" }');
    const { stdout } = await run(process.execPath, [...command, '--plugin-path', at('plugins'), 'TickSource', '--help']);
    expect(stdout).toContain('every.ms  (long, 1000)');
    await writeFile(at('tick.properties'), 'name=tick\nconnector.class=TickSource\ntopic=ticks\nevery.ms=5\n');
    await writeFile(at('ticks.properties'), `name=ticks\nconnector.class=FileStreamSink\ntopics=ticks\nfile=${at('ticks')}\n`);
    const files = [at('tick.properties'), at('ticks.properties')];
    for (const least of [3, 6]) {
      const worker = spawn(process.execPath, [...command, ...files, '--plugin-path', at('plugins'), '--log', at('ticking'), '--port', '0']);
      const lines = async (): Promise<string[]> => (await readFile(at('ticks'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
      while ((await lines()).length < least && worker.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
      worker.kill('SIGTERM');
      await once(worker, 'exit');
      const found = await lines();
      expect(found).toEqual(found.map((_, n) => String(n + 1)));
      expect(found.length).toBeGreaterThanOrEqual(least);
    }
  });

  it.each([
    ['--tls-cert alone', ['--tls-cert', 'c'], 'one of certificate and key is missing'],
    ['files that are no certificate', ['--tls-cert', 'package.json', '--tls-key', 'package.json'], 'HTTPS cannot be served'],
    ['a file of users that is away', ['--users', 'no-such-file'], 'no-such-file'],
  ])('refuses %s', async (_, options, problem) => {
    const log = ['--log', at('refused')];
    await expect(run(process.execPath, [...command, ...log, ...options])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(problem) as string,
    });
  });
});
