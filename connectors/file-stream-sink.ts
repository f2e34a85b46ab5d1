import { open, type FileHandle } from 'node:fs/promises';
import { defineConfig, defineSink, javaText, type SinkTask } from 'headwater/connect';

const config = defineConfig({
  file: { type: 'STRING', default: null, importance: 'HIGH', doc: 'File to append to, one line a record; without it, standard output.' },
});

/** Appends the value of each record as a line of text. At least once: after a crash, lines since the last commit are written again. */
export const fileStreamSink = defineSink({
  className: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  version: '4.3.1',
  config,
  task: fileStreamSinkTask,
});

const BUFFER_BYTES = 2 ** 20;
const NEWLINE = 10;

function fileStreamSinkTask(): SinkTask {
  let handle: FileHandle | undefined;
  let buffer: Buffer | undefined;
  return {
    async start(properties) {
      const { file } = config.parse(properties);
      if (file !== null) handle = await open(file, 'a');
    },
    async put(records) {
      if (!handle) {
        for (const { valueSchema, value } of records) process.stdout.write(`${javaText(valueSchema, value)}\n`);
        return;
      }
      buffer ??= Buffer.allocUnsafeSlow(BUFFER_BYTES);
      let filled = 0;
      for (const { valueSchema, value } of records) {
        const line = javaText(valueSchema, value);
        const bytes = Buffer.byteLength(line) + 1;
        if (filled + bytes > buffer.length) {
          await handle.appendFile(buffer.subarray(0, filled));
          filled = 0;
          if (bytes > buffer.length) buffer = Buffer.allocUnsafeSlow(bytes);
        }
        filled += buffer.write(line, filled);
        buffer[filled++] = NEWLINE;
      }
      await handle.appendFile(buffer.subarray(0, filled));
    },
    async flush() {
      await handle?.datasync();
    },
    async stop() {
      await handle?.close();
    },
  };
}
