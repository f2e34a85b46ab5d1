import { createHmac } from 'node:crypto';
import {
  defineConfig,
  defineSink,
  partitionName,
  plain,
  RetriableError,
  reasonOf,
  validators,
  type Password,
  type SinkRecord,
  type SinkTask,
  type SinkTaskContext,
} from 'headwater/connect';

const config = defineConfig({
  url: {
    type: 'STRING',
    importance: 'HIGH',
    doc: 'Where to send.',
    validator: (value) => (typeof value === 'string' && URL.canParse(value) ? undefined : 'Not a URL'),
  },
  method: { type: 'STRING', default: 'POST', doc: 'POST or PUT.', validator: validators.oneOf('POST', 'PUT') },
  'batch.size': {
    type: 'INT',
    default: 1,
    importance: 'HIGH',
    doc: 'Most records of a request. 1 makes the idempotency key of a record the same at every try.',
    validator: validators.inRange(1),
  },
  authorization: { type: 'PASSWORD', default: null, doc: 'Value of the Authorization header.' },
  'signature.secret': {
    type: 'PASSWORD',
    default: null,
    doc: 'Signs each body: x-headwater-signature is sha256= and the HMAC in hexadecimal.',
  },
  'timeout.ms': {
    type: 'LONG',
    default: 10_000,
    doc: 'A request without an answer for this long is tried again.',
    validator: validators.inRange(1),
  },
});

/**
 * Sends records to a webhook as a JSON array, at least once; every record names its place on the log and every request has an
 * Idempotency-Key. 408, 425, 429 and 5xx are retried (Retry-After is kept), other refusals reported.
 */
export const httpSink = defineSink({
  className: 'headwater.HttpSink',
  aliases: ['HttpSink'],
  version: '0.1.0',
  config,
  task: () => new HttpSinkTask(),
});

const RETRY_MS = 300;

class HttpSinkTask implements SinkTask {
  #context!: SinkTaskContext;
  #options!: ReturnType<typeof config.parse>;
  /** The next offset to send per partition: what a redelivered batch has sent already is left out. */
  readonly #sent = new Map<string, number>();

  start(properties: Parameters<SinkTask['start']>[0], context: SinkTaskContext): void {
    this.#context = context;
    this.#options = config.parse(properties);
  }

  close(partitions: Parameters<NonNullable<SinkTask['close']>>[0]): void {
    for (const partition of partitions) this.#sent.delete(partitionName(partition));
  }

  async put(records: readonly SinkRecord[]): Promise<void> {
    const due = records.filter((record) => record.originalOffset >= (this.#sent.get(originName(record)) ?? 0));
    const size = this.#options['batch.size'];
    for (let from = 0; from < due.length; from += size) {
      const batch = due.slice(from, from + size);
      await this.#send(batch, from > 0);
      for (const record of batch) this.#sent.set(originName(record), record.originalOffset + 1);
    }
  }

  /** `goesOn` says that others got through before: the pause after a failure grows only while nothing does. */
  async #send(batch: readonly SinkRecord[], goesOn: boolean): Promise<void> {
    const body = JSON.stringify(batch.map(message), readable);
    const response = await this.#request(body, idempotencyKey(batch)).catch((thrown: unknown) => {
      if (goesOn) this.#context.timeout(RETRY_MS);
      throw thrown;
    });
    if (response.ok) return;
    const problem = `${this.#options.url} answered ${response.status}`;
    if (response.status >= 500 || [408, 425, 429].includes(response.status)) {
      const seconds = Number(response.headers.get('retry-after'));
      if (seconds > 0 || goesOn) this.#context.timeout(seconds > 0 ? seconds * 1000 : RETRY_MS);
      throw new RetriableError(problem);
    }
    for (const record of batch) await this.#context.reporter.report(record, new Error(problem));
  }

  async #request(body: string, key: string): Promise<Response> {
    const { url, method, authorization, 'signature.secret': secret, 'timeout.ms': timeout } = this.#options;
    // Not AbortSignal.timeout inside AbortSignal.any: Node 20 collects it as garbage, and then it never aborts.
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const late = setTimeout(() => ending.abort(new Error(`no answer for ${timeout} ms`)), timeout);
    this.#context.signal.addEventListener('abort', end);
    try {
      const response = await fetch(url, {
        method,
        body,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          ...(authorization ? { authorization: authorization.reveal() } : {}),
          ...(secret ? { 'x-headwater-signature': signature(secret, body) } : {}),
        },
        signal: ending.signal,
      });
      await response.arrayBuffer();
      return response;
    } catch (thrown) {
      throw new RetriableError(`${url} could not be reached: ${reasonOf(thrown)}`, { cause: thrown });
    } finally {
      clearTimeout(late);
      this.#context.signal.removeEventListener('abort', end);
    }
  }
}

function message({
  originalTopic: topic,
  originalPartition: partition,
  originalOffset: offset,
  timestamp,
  key,
  value,
}: SinkRecord): object {
  return { topic, partition, offset, timestamp, key: plain(key), value: plain(value) };
}

function idempotencyKey(batch: readonly SinkRecord[]): string {
  const [first, last] = [batch[0]!, batch.at(-1)!];
  return `${originName(first)}-${first.originalOffset}-${originName(last)}-${last.originalOffset}`;
}

function originName(record: SinkRecord): string {
  return partitionName({ topic: record.originalTopic, partition: record.originalPartition });
}

function signature(secret: Password, body: string): string {
  return `sha256=${createHmac('sha256', secret.reveal()).update(body).digest('hex')}`;
}

function readable(this: Record<string, unknown>, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  const own = this[key];
  return own instanceof Uint8Array ? Buffer.from(own).toString('base64') : value;
}
