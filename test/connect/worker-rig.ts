import { afterEach, beforeEach } from 'vitest';

import { defineConfig } from '../../src/config/index.js';
import { startConnectWorker, type ConnectorPlugin, type ConnectWorker } from '../../src/connect/index.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import type { LogRecord } from '../../src/record.js';

export const topicConfig = defineConfig({ topic: { type: 'STRING', default: 't', doc: '' } });
export const JSON_PLAIN = { 'value.converter': 'org.apache.kafka.connect.json.JsonConverter', 'value.converter.schemas.enable': 'false' };

/** A log in memory for each test of a file, and the worker on it. */
class WorkerRig {
  log = new MemoryLog();
  worker: ConnectWorker | undefined;

  async start(...connectors: ConnectorPlugin[]): Promise<ConnectWorker> {
    this.worker = await startConnectWorker({ log: this.log, connectors, properties: { 'offset.flush.interval.ms': '20' } });
    return this.worker;
  }

  async records(topic: string): Promise<LogRecord[]> {
    const bounds = await this.log.bounds(topic);
    const reader = await this.log.reader(bounds.map(({ partition, earliest }) => ({ topic, partition, offset: earliest })));
    const all = await reader.fetch({ records: 1000 });
    await reader.close();
    return all;
  }
}

export function workerRig(): WorkerRig {
  const rig = new WorkerRig();
  beforeEach(() => {
    rig.log = new MemoryLog();
  });
  afterEach(async () => {
    await rig.worker?.stop();
    await rig.log.close();
  });
  return rig;
}
