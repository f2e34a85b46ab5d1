import { afterAll, beforeAll, describe, it } from 'vitest';
import { MemoryLog } from '../../src/log/memory-log.js';
import { checkLog } from '../../src/testing/check-log/check-log.js';

checkLog('MemoryLog', () => new MemoryLog(), { describe, it, beforeAll, afterAll });
