import type { LogRecord } from '../../record.js';
import type { FetchLimits, Reader } from '../log.js';
import type { Fetcher } from './fetcher.js';
import type { Flow } from './flow.js';

export class KafkaReader implements Reader {
  constructor(
    private readonly fetcher: Fetcher,
    private readonly flows: readonly Flow[],
    private readonly onClose: (reader: KafkaReader) => void,
  ) {}

  async fetch(limits?: FetchLimits): Promise<LogRecord[]> {
    return await this.fetcher.next(this.flows, limits);
  }

  async atEnd(): Promise<boolean> {
    return await this.fetcher.atEnd(this.flows);
  }

  close(): Promise<void> {
    this.onClose(this);
    this.fetcher.close();
    return Promise.resolve();
  }
}
