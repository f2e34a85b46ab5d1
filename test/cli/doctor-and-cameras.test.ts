import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { headwater } from './headwater.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('finds the chosen checks in order', async () => {
  const { code, out, err } = await headwater('doctor', 'codecs', 'node', '--json');
  const findings = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(findings).toMatchObject([
    { check: 'node', status: 'ok' },
    { check: 'codecs', status: 'ok' },
  ]);
  expect([code, err]).toEqual([0, '']);
});

it('exits with 1 where a check fails, after all of them', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const { code, out, err } = await headwater('doctor', 'log', 'codecs', '--log', file);
  expect(out).toMatch(/^ok {4}codecs {4}decodes JPEG, PNG, WebP\nfail {2}log .*not a directory\n {16}Give another directory/);
  expect([code, err]).toEqual([1, 'headwater: 1 of 2 checks failed. Each of them says what to do.\n']);
});

it('sets and lists the regions of cameras', async () => {
  const log = join(folder, 'log');
  const set = await headwater('cameras', 'set', 'gate', '--regions', 'topologies/sample/junction/regions.json', '--log', log);
  expect(set).toEqual({ code: 0, out: 'camera gate has 6 regions\n', err: '' });
  expect((await headwater('cameras', '--log', log)).out).toBe(
    'CAMERA  WIDTH  HEIGHT  REGIONS\ngate      512     384  west middle gate crossing east corner\n',
  );
  const { out } = await headwater('cameras', 'list', '--log', log, '--json');
  expect(JSON.parse(out)).toMatchObject({ camera: 'gate', width: 512, height: 384 });
});

it('says what is wrong with a region file', async () => {
  const file = join(folder, 'regions.json');
  await writeFile(file, '{"width": 10, "height": 10, "regions": [{"name": "a"}]}');
  const { code, err } = await headwater('cameras', 'set', 'gate', '--regions', file, '--log', join(folder, 'log'));
  expect(code).toBe(1);
  expect(err).toContain('region "a" needs a polygon of three corners or more');
});
