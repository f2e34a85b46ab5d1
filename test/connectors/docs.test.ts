import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseProperties } from '../../src/connect/config-file.js';
import { Plugins } from '../../src/connect/plugins.js';
import { cameraSource } from '../../connectors/camera-source/camera-source.js';
import { consoleSink } from '../../connectors/console-sink.js';
import { fileSink } from '../../connectors/file-sink/file-sink.js';
import { fileStreamSink } from '../../connectors/file-stream-sink.js';
import { fileStreamSource } from '../../connectors/file-stream-source.js';
import { httpSink } from '../../connectors/http-sink.js';
import { imageDirectorySource } from '../../connectors/image-directory-source.js';
import manifest from '../../connectors/manifest.js';
import { mqttSink } from '../../connectors/mqtt/mqtt-sink.js';
import { mqttSource } from '../../connectors/mqtt/mqtt-source.js';
import { postgresSink } from '../../connectors/postgres-sink/postgres-sink.js';
import { s3Sink } from '../../connectors/s3/s3-sink.js';
import { s3Source } from '../../connectors/s3/s3-source.js';
import { simulatedCameraSource } from '../../connectors/simulated-camera-source/simulated-camera-source.js';

const pages = {
  'camera-source': [cameraSource],
  'console-sink': [consoleSink],
  'file-sink': [fileSink],
  'file-stream': [fileStreamSource, fileStreamSink],
  'http-sink': [httpSink],
  'image-directory-source': [imageDirectorySource],
  mqtt: [mqttSource, mqttSink],
  'postgres-sink': [postgresSink],
  'simulated-camera-source': [simulatedCameraSource],
  s3: [s3Source, s3Sink],
};
const MARK = '## Keys\n';

describe('the pages of the connectors', () => {
  it('are there for every connector', () => {
    expect(new Set(Object.values(pages).flat())).toEqual(new Set(manifest));
  });

  it.each(Object.entries(pages))('%s lists the keys as the connector has them', async (page, plugins) => {
    const url = new URL(`../../connectors/${page}.md`, import.meta.url);
    const text = await readFile(url, 'utf8');
    const tables = plugins.map(({ className, config }) => `\n\`${className}\`\n\n${config.markdown()}\n`).join('');
    const wanted = text.slice(0, text.indexOf(MARK) + MARK.length) + tables;
    if (process.env.HEADWATER_WRITE_DOCS) await writeFile(url, wanted);
    else expect(text, 'run this test with HEADWATER_WRITE_DOCS=1').toBe(wanted);
  });

  it.each(Object.entries(pages))('%s prints properties that the connectors take', async (page, plugins) => {
    const text = await readFile(new URL(`../../connectors/${page}.md`, import.meta.url), 'utf8');
    const printed = [...text.matchAll(/```properties\n(.*?)```/gs)].map(([, lines = '']) => parseProperties(lines));
    expect(printed.length).toBeGreaterThanOrEqual(1);
    for (const properties of printed) {
      const plugin = new Plugins(plugins).connector(properties['connector.class']!);
      expect(plugin.config.validate(properties).flatMap(({ errors }) => errors)).toEqual([]);
    }
  });
});
