import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { LocalLog } from '../../src/log/local-log.js';
import { checkLog } from '../../src/testing/check-log/check-log.js';

const directory = mkdtempSync(join(tmpdir(), 'headwater-log-'));
afterAll(() => rmSync(directory, { recursive: true }));

checkLog('LocalLog', () => LocalLog.open(directory), { describe, it, beforeAll, afterAll });
