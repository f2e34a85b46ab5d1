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

/** Line breaks and what else a terminal would obey are shown as JSON may write them. */
function shown(value: unknown, limit: number): string {
  const own = readable.call({ value }, 'value', value);
  const text = typeof own === 'string' ? own : JSON.stringify(plain(own), readable);
  const line = text.replace(/[\p{Cc}\u2028\u2029]/gu, escaped);
  return line.length > limit ? `${line.slice(0, limit)}...` : line;
}

function readable(this: Record<string, unknown>, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  const own = this[key];
  return own instanceof Uint8Array ? `<${own.length} bytes>` : value;
}

function escaped(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : short;
}
