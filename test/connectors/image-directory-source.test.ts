import { appendFile, mkdir, mkdtemp, readdir, rename, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSource } from '../../src/testing/index.js';
import { ConnectorRig, untilLength } from '../../src/testing/check-connector/connector-rig.js';
import { ImageEvent, LogRegistry } from '../../src/index.js';
import { imageDirectorySource } from '../../connectors/image-directory-source.js';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'headwater-pictures-'));
const AVRO = {
  'value.converter': 'io.confluent.connect.avro.AvroConverter',
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
};
const properties = async () => ({ directory: await folder(), topic: 'check', 'poll.ms': '20', 'settle.ms': '0', ...AVRO });
const nameOf = (n: number): string => `${String(n).padStart(4, '0')}.jpg`;

checkSource(
  'ImageDirectorySource',
  imageDirectorySource,
  {
    properties,
    async offer({ directory }, from, to) {
      for (let n = from; n < to; n++) {
        await writeFile(join(directory!, `.${nameOf(n)}`), `picture ${n}.`);
        await rename(join(directory!, `.${nameOf(n)}`), join(directory!, nameOf(n)));
      }
    },
    item: (record) => Number(/picture (\d+)\./.exec(Buffer.from(record.value!).toString('latin1'))?.[1]),
  },
  { describe, it },
);

describe('the image-directory source', () => {
  it('writes events that ImageEvent reads', async () => {
    const given = await properties();
    await mkdir(join(given.directory, 'yard'));
    await writeFile(join(given.directory, 'yard', 'a.png'), 'png bytes');
    await utimes(join(given.directory, 'yard', 'a.png'), 5, 5);
    const rig = new ConnectorRig(imageDirectorySource, given);
    await rig.start();
    const [record] = await untilLength(() => rig.records('check'), 1);
    const serde = ImageEvent.bind({ topic: 'check', side: 'value', registry: new LogRegistry(rig.log) });
    const event = await serde.deserialize(record!.value);
    expect(String(record!.key)).toBe('yard');
    expect({ ...event, bytes: String(event.bytes) }).toMatchObject({
      camera: 'yard',
      capturedAt: 5000,
      encoding: 'image/png',
      bytes: 'png bytes',
      uri: null,
      attributes: { file: 'yard/a.png' },
    });
    await rig.close();
  });

  it('leaves a file alone while it grows', async () => {
    const given = { ...(await properties()), 'settle.ms': '300' };
    const path = join(given.directory, 'slow.jpg');
    const rig = new ConnectorRig(imageDirectorySource, given);
    await rig.start();
    for (let i = 0; i < 8; i++) {
      await appendFile(path, 'part ');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await rig.records('check')).toEqual([]);
    }
    const [record] = await untilLength(() => rig.records('check'), 1);
    expect(Buffer.from(record!.value!).toString('latin1')).toContain('part '.repeat(8));
    await rig.close();
  });

  it('moves pictures into the archive once they are on the log', async () => {
    const given = { ...(await properties()), 'archive.directory': await folder() };
    await mkdir(join(given.directory, 'gate'));
    await writeFile(join(given.directory, 'gate', 'a.jpg'), 'bytes');
    const rig = new ConnectorRig(imageDirectorySource, given);
    await rig.start();
    await untilLength(() => readdir(join(given['archive.directory'], 'gate')).catch(() => []), 1);
    expect(await rig.records('check')).toHaveLength(1);
    expect(await readdir(join(given.directory, 'gate'))).toEqual([]);
    await rig.close();
  });

  it('reads each picture once where commits are further apart than polls', async () => {
    const given = { ...(await properties()), 'transaction.boundary': 'interval', 'transaction.boundary.interval.ms': '400' };
    for (const name of ['a.jpg', 'b.jpg']) await writeFile(join(given.directory, name), name);
    const rig = new ConnectorRig(imageDirectorySource, given);
    await rig.start();
    await untilLength(() => rig.records('check'), 2);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await rig.records('check')).toHaveLength(2);
    await rig.close();
  });

  it('reads and keeps another picture that comes under a name that was archived', async () => {
    const given = { ...(await properties()), 'archive.directory': await folder() };
    const archived = (): Promise<string[]> => readdir(given['archive.directory']);
    const rig = new ConnectorRig(imageDirectorySource, given);
    await rig.start();
    for (const [n, text] of ['first', 'second one'].entries()) {
      await writeFile(join(given.directory, '.part'), text);
      await rename(join(given.directory, '.part'), join(given.directory, 'latest.jpg'));
      await untilLength(archived, n + 1);
    }
    expect(await rig.records('check')).toHaveLength(2);
    expect((await archived()).sort()).toEqual(['latest-1.jpg', 'latest.jpg']);
    await rig.close();
  });

  it('waits for a folder that is away', async () => {
    const given = await properties();
    const away = `${given.directory}-away`;
    await rename(given.directory, away);
    const rig = new ConnectorRig(imageDirectorySource, given);
    await rig.start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await writeFile(join(away, 'a.jpg'), 'bytes');
    await rename(away, given.directory);
    expect(await untilLength(() => rig.records('check'), 1)).toHaveLength(1);
    expect(rig.taskState()).toBe('RUNNING');
    await rig.close();
  });
});
