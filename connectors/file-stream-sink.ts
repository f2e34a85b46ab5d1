import { open, type FileHandle } from 'node:fs/promises';
import { defineConfig, defineSink, javaText, type SinkTask } from 'headwater';

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

function fileStreamSinkTask(): SinkTask {
  let handle: FileHandle | undefined;
  return {
    async start(properties) {
      const { file } = config.parse(properties);
      if (file !== null) handle = await open(file, 'a');
    },
    async put(records) {
      if (records.length === 0) return;
      const text = records.map(({ valueSchema, value }) => `${javaText(valueSchema, value)}\n`).join('');
      if (handle) await handle.write(text);
      else process.stdout.write(text);
    },
    async flush() {
      await handle?.datasync();
    },
    async stop() {
      await handle?.close();
    },
  };
}
