import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { checkCodecs } from '../../src/doctor/check-codecs.js';
import { checkLanes } from '../../src/doctor/check-device.js';
import { checkLog, checkRegistry, DOCTOR_TOPIC } from '../../src/doctor/check-log.js';
import { checkMemory, checkNode } from '../../src/doctor/check-machine.js';
import { checkPackages } from '../../src/doctor/check-packages.js';
import { examine } from '../../src/doctor/finding.js';
import { LocalLog } from '../../src/log/local-log.js';

const folder = mkdtempSync(join(tmpdir(), 'headwater-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MiB = 1024 * 1024;

describe('the doctor', () => {
  it('takes Node.js from 20.9 on', async () => {
    expect(await examine(checkNode('20.9.0'))).toMatchObject({ check: 'node', status: 'ok' });
    expect(await examine(checkNode('24.1.0'))).toMatchObject({ status: 'ok' });
    expect(await examine(checkNode('20.8.1'))).toMatchObject({ status: 'fail', action: 'Install Node.js 20.9 or newer.' });
    expect(await examine(checkNode('18.19.0'))).toMatchObject({ status: 'fail' });
  });

  it.each([
    [8192, 4096, 'ok'],
    [8192, 800, 'warn'],
    [800, 4096, 'warn'],
    [256, 4096, 'fail'],
  ])('judges %i MiB of which %i are free: %s', async (limit, free, status) => {
    expect((await examine(checkMemory(limit * MiB, free * MiB))).status).toBe(status);
  });

  it('decodes a JPEG, a PNG and a WebP', async () => {
    expect(await examine(checkCodecs())).toEqual({ check: 'codecs', status: 'ok', found: 'decodes JPEG, PNG, WebP' });
  });

  it('names a format that does not decode', async () => {
    const finding = await examine(checkCodecs({ JPEG: '/9j/2wBDAA0JCgsKCA0=' }));
    expect(finding).toMatchObject({ status: 'fail', found: expect.stringMatching(/^JPEG: .*cannot be decoded/) as string });
    expect(finding.action).toContain('npm ci');
  });

  it('runs a picture through a lane', async () => {
    const finding = await examine(checkLanes());
    expect(finding.status).toBe('ok');
    expect(finding.found).toMatch(/EfficientNetLite0@.*first answer after \d+ ms, second after \d+ ms/);
  });

  it('writes to a log and reads it back, and leaves one bounded topic', async () => {
    const directory = join(folder, 'log');
    await LocalLog.open(directory).close();
    for (let visit = 0; visit < 2; visit++) {
      expect(await examine(checkLog(directory))).toMatchObject({ status: 'ok', found: expect.stringContaining('read back') as string });
    }
    const log = LocalLog.open(directory);
    expect(await log.topics()).toMatchObject([{ name: DOCTOR_TOPIC, partitions: 1, retentionMs: 60_000 }]);
    await log.close();
    expect(await examine(checkRegistry(directory, undefined))).toMatchObject({ status: 'ok' });
  });

  it('makes no directory', async () => {
    expect(await examine(checkLog(join(folder, 'nowhere')))).toMatchObject({ status: 'warn' });
    expect(await examine(checkRegistry(join(folder, 'nowhere'), undefined))).toMatchObject({ status: 'warn' });
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('says what to do about a log that cannot be used', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const finding = await examine(checkLog(file));
    expect(finding).toMatchObject({ status: 'fail', action: 'Give another directory, or correct its owner and rights.' });
    expect(finding.found).not.toContain(finding.action);
    expect(await examine(checkLog('kafka://127.0.0.1:1'))).toMatchObject({ status: 'fail' });
    expect(await examine(checkRegistry('memory:', 'http://127.0.0.1:1'))).toMatchObject({ status: 'fail' });
  });

  it('names the optional libraries', async () => {
    expect(await examine(checkPackages())).toMatchObject({ status: 'ok', found: expect.stringContaining('optional libraries') as string });
  });
});
