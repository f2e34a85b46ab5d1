import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLog } from '../../src/log/open-log.js';

it('opens a memory log, or the log in a directory, by location', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'headwater-open-'));
  const logs = [await openLog('memory:'), await openLog(directory)];
  expect(logs.map(({ kind }) => kind)).toEqual(['memory', 'local']);
  for (const log of logs) await log.close();
  rmSync(directory, { recursive: true });
});

it('refuses a location that names no log', async () => {
  for (const location of ['', 'redis://127.0.0.1', 'kafka://broker-without-port'])
    await expect(openLog(location)).rejects.toMatchObject({ code: 'HW_LOG_LOCATION' });
});
