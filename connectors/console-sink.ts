import { defineConfig, defineSink, plain, type SinkTask } from 'headwater/connect';

const config = defineConfig({ 'max.length': { type: 'INT', default: 200, doc: 'Longer values are cut.' } });

/** Prints each record as one line: for the first five minutes. */
export const consoleSink = defineSink({
  className: 'headwater.ConsoleSink',
  aliases: ['ConsoleSink'],
  version: '0.1.0',
  config,
  task: (): SinkTask => {
    let limit = 0;
    return {
      start(properties) {
        limit = config.parse(properties)['max.length'];
      },
      put(records) {
        for (const { originalTopic, originalPartition, originalOffset, key, value } of records) {
          process.stdout.write(`${originalTopic}-${originalPartition}@${originalOffset}  ${shown(key, limit)}  ${shown(value, limit)}\n`);
        }
      },
    };
  },
});

function shown(value: unknown, limit: number): string {
  const text = typeof value === 'string' ? value : JSON.stringify(plain(value), readable);
  return text.length > limit ? `${text.slice(0, limit)}...` : text;
}

function readable(this: Record<string, unknown>, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  const own = this[key];
  return own instanceof Uint8Array ? `<${own.length} bytes>` : value;
}
