import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { readRecords } from '../../src/index.js';
import { checkSource } from '../../src/testing/index.js';
import { digestHeader } from '../../connectors/camera-source/authorization.js';
import { parseCameras, withoutSecrets } from '../../connectors/camera-source/camera-address.js';
import { cameraSource } from '../../connectors/camera-source/camera-source.js';
import { pauseMs } from '../../connectors/camera-source/watch-camera.js';
import { until } from '../connect/until.js';
import { selfSignedCertificate } from '../kafka/certificate.js';
import { CameraSite, converters } from './camera-site.js';
import { MJPEG, numberIn, picture, PictureServer, writePart } from './picture-server.js';

const fast = { topic: 'check', 'max.fps': '200', 'retry.max.ms': '100' };
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open(properties: Record<string, string>): Promise<CameraSite> {
  const site = await CameraSite.open({ ...fast, ...properties });
  closing.push(() => site.close());
  return site;
}

async function server(handler: PictureServer['handler']): Promise<PictureServer> {
  const started = await PictureServer.start(handler);
  closing.push(() => started.stop());
  return started;
}

/** Answers each request with the next picture of a list, as a camera does that keeps them; 503 while there is none. */
function oneAfterTheOther(pictures: Buffer[]): PictureServer['handler'] {
  return (_request, response) => {
    const next = pictures.shift();
    if (next) response.end(next);
    else response.writeHead(503).end();
  };
}

const shelves = new Map<string, Buffer[]>();
checkSource(
  'CameraSource',
  cameraSource,
  {
    replays: false,
    async properties() {
      const pictures: Buffer[] = [];
      const { host } = await server(oneAfterTheOther(pictures));
      shelves.set(`gate=http://${host}/`, pictures);
      return { ...fast, ...converters, cameras: `gate=http://${host}/` };
    },
    offer({ cameras }, from, to) {
      shelves.get(cameras!)!.push(...numbers(from, to).map((n) => picture(n)));
      return Promise.resolve();
    },
    item: ({ value }) => numberIn(value!),
  },
  { describe, it },
);

describe('a camera of single pictures', () => {
  it('becomes image events keyed by camera', async () => {
    const camera = await server((_request, response) => response.end(picture(1)));
    const before = Date.now();
    const site = await open({ cameras: `gate=${camera.url()}` });
    await until(async () => (await site.events()).length === 1);
    const [event] = await site.events();
    expect(event).toMatchObject({ camera: 'gate', encoding: 'image/jpeg', uri: null, attributes: { source: 'snapshot' } });
    expect(Buffer.from(event!.bytes!).equals(picture(1))).toBe(true);
    expect(event!.capturedAt).toBeGreaterThanOrEqual(before);
    expect(event!.capturedAt).toBeLessThanOrEqual(Date.now());
    for await (const { key } of readRecords(site.log, 'check')) expect(String(key)).toBe('gate');
  });

  it('is asked with its own validators, and an unchanged picture is not written again', async () => {
    let shown = 1;
    const conditions: unknown[] = [];
    const camera = await server(({ headers }, response) => {
      conditions.push([headers['if-none-match'], headers['if-modified-since']]);
      const modified = new Date(shown * 1000).toUTCString();
      if (headers['if-none-match'] === `"v${shown}"`) response.writeHead(304).end();
      else response.writeHead(200, { etag: `"v${shown}"`, 'last-modified': modified }).end(picture(shown));
    });
    const site = await open({ cameras: `gate=${camera.url()}` });
    await until(() => camera.requests.length > 5);
    shown = 2;
    await until(async () => (await site.numbers()).length === 2);
    await until(() => camera.requests.length > 15);
    expect(await site.numbers()).toEqual([1, 2]);
    expect(conditions[0]).toEqual([undefined, undefined]);
    expect(conditions[1]).toEqual(['"v1"', new Date(1000).toUTCString()]);
    expect(conditions.at(-1)).toEqual(['"v2"', new Date(2000).toUTCString()]);
  });

  it('is not written again where it knows no validators, nor after a restart of the worker', async () => {
    const camera = await server((_request, response) => response.end(picture(1)));
    const site = await open({ cameras: `gate=${camera.url()}` });
    await until(() => camera.requests.length > 5);
    await site.stop();
    const before = camera.requests.length;
    await site.start();
    await until(() => camera.requests.length > before + 5);
    expect(await site.numbers()).toEqual([1]);
  });

  it('is asked max.fps times a second', async () => {
    let n = 0;
    const camera = await server((_request, response) => response.end(picture(n++)));
    await open({ cameras: `gate=${camera.url()}`, 'max.fps': '10' });
    await until(() => camera.requests.length > 0);
    const [began, before] = [performance.now(), camera.requests.length];
    await until(() => camera.requests.length >= before + 30, 30_000);
    expect(performance.now() - began).toBeGreaterThan(30 * 90);
  });
});

describe('an MJPEG camera', () => {
  it('gives its pictures, thinned out to max.fps', async () => {
    let n = 0;
    const camera = await server((_request, response) => {
      response.writeHead(200, MJPEG);
      const timer = setInterval(() => writePart(response, picture(n++)), 10);
      response.on('close', () => clearInterval(timer));
    });
    const site = await open({ cameras: `gate=${camera.url()}`, 'max.fps': '10' });
    await until(async () => (await site.numbers()).length > 30, 30_000);
    const found = await site.numbers();
    expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
    const events = await site.events();
    expect(events.at(-1)!.capturedAt - events[0]!.capturedAt).toBeGreaterThan((events.length - 3) * 95);
    expect(events[0]).toMatchObject({ attributes: { source: 'mjpeg' } });
  });

  it('is connected again when the stream ends, is cut within a picture or stays silent; only whole pictures are written', async () => {
    let n = 0;
    const camera = await server((_request, response) => {
      const connection = camera.requests.length % 3;
      response.writeHead(200, MJPEG);
      for (let i = 0; i < 3; i++) writePart(response, picture(n++));
      if (connection === 0) response.end('--frame--');
      if (connection === 1) {
        const part = `--frame\r\nContent-Type: image/jpeg\r\n\r\n`;
        response.write(Buffer.concat([Buffer.from(part), picture(n++).subarray(0, 300)]), () => response.destroy());
      }
    });
    const site = await open({ cameras: `gate=${camera.url()}`, 'timeout.ms': '300', 'queue.frames': '100', 'max.fps': '1000' });
    await until(() => camera.requests.length > 9, 30_000);
    for (const { bytes } of await site.events()) {
      expect(Buffer.from(bytes!).equals(picture(numberIn(bytes!)))).toBe(true);
    }
    expect(site.states()).toEqual(['RUNNING']);
    expect(site.lines.join('\n')).toContain('camera gate');
  });

  it('whose part never ends, or is too large, is cut off and holds up no other camera', async () => {
    const hostile = await server((request, response) => {
      response.writeHead(200, MJPEG);
      response.write('--frame\r\nContent-Type: image/jpeg\r\n');
      response.write(request.url === '/huge' ? 'Content-Length: 99999999999\r\n\r\n' : '\r\n');
      const flood = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
        response.once('drain', flood);
      };
      flood();
    });
    let n = 0;
    const good = await server((_request, response) => response.end(picture(n++)));
    const cameras = `endless=${hostile.url('/endless')}, huge=${hostile.url('/huge')}, gate=${good.url()}`;
    const site = await open({ cameras, 'max.frame.bytes': '1000000' });
    const asked = (path: string): number => hostile.requests.filter(({ url }) => url === path).length;
    await until(() => asked('/endless') > 5 && asked('/huge') > 5, 30_000);
    const held = process.memoryUsage().arrayBuffers;
    await until(() => asked('/endless') > 25, 30_000);
    expect(process.memoryUsage().arrayBuffers - held).toBeLessThan(64 * 2 ** 20);
    expect((await site.numbers()).length).toBeGreaterThan(20);
    expect(site.lines.join('\n')).toContain('larger than 1000000 bytes');
    expect(site.states()).toEqual(['RUNNING']);
  });
});

describe('cameras with faults', () => {
  it('that are down, refuse, answer errors or something else, or hang, are tried again until they are back', async () => {
    let n = 0;
    const well: PictureServer['handler'] = (_request, response) => response.end(picture(n++));
    const camera = await server(well);
    const faults: PictureServer['handler'][] = [
      (_request, response) => response.writeHead(500).end('sorry'),
      (_request, response) => response.writeHead(401).end(),
      (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      (_request, response) => response.end('<html>no picture</html>'),
      (_request, response) => response.end(picture(0).subarray(0, 400)),
      (_request, response) => response.socket?.destroy(),
      (_request, response) => void response.writeHead(200, { 'content-length': '5000' }).write('part'),
      () => undefined,
    ];
    const site = await open({ cameras: `gate=${camera.url()}`, 'timeout.ms': '300' });
    await until(async () => (await site.numbers()).length > 0);
    await camera.stop();
    await pause(500);
    await camera.restart();
    for (const fault of faults) {
      const written = (await site.numbers()).length;
      await until(async () => (await site.numbers()).length > written);
      camera.handler = fault;
      const asked = camera.requests.length;
      await until(() => camera.requests.length > asked + 2, 20_000);
      camera.handler = well;
    }
    const written = (await site.numbers()).length;
    await until(async () => (await site.numbers()).length > written);
    expect(site.states()).toEqual(['RUNNING']);
    for (const { bytes } of await site.events()) expect(bytes!.length).toBe(picture(numberIn(bytes!)).length);
  });

  it('are tried again after pauses that double up to the longest, half of them by chance', () => {
    const pauses = [1, 2, 3, 10, 100].map((failures) => pauseMs(failures, 60_000, 1));
    expect(pauses).toEqual([500, 1000, 2000, 60_000, 60_000]);
    expect(pauseMs(3, 60_000, 0)).toBe(1000);
  });

  it('never show user, password or query of their URL', async () => {
    const camera = await server(({ headers, url }, response) => {
      const given = Buffer.from(headers.authorization?.slice(6) ?? '', 'base64').toString();
      if (given !== 'ann:s3cret/é' || url !== '/a?token=hush') response.writeHead(401).end();
      else response.writeHead(500).end();
    });
    const cameras = `gate=${camera.url('/a?token=hush', 'ann:s3cret%2F%C3%A9@')}, down=http://ann:s3cret@127.0.0.1:1/a?token=hush`;
    const site = await open({ cameras });
    await until(() => site.lines.some((line) => line.includes('answered 500')) && site.lines.some((line) => line.includes('ECONNREFUSED')));
    const status = JSON.stringify(site.worker.herder.status('site'));
    for (const secret of ['s3cret', 'hush', 'ann:']) expect(site.lines.join('\n') + status).not.toContain(secret);
    expect(site.lines.join('\n')).toContain(`camera gate (http://${camera.host}/a) is away`);
    const checked = JSON.stringify(cameraSource.config.validate({ cameras: 'gate=http://ann:s3cret@[/' }));
    expect(checked).toContain('camera gate has no valid URL');
    expect(checked).not.toContain('s3cret');
  });

  it('hide secrets that are not encoded as they should be, and nothing else', () => {
    const [camera] = parseCameras('gate=http://ann:50%zz@192.0.2.1/a?channel=1&token=hush');
    const said = 'connect to 192.0.2.1 with 50%zz failed: http://ann:50%zz@192.0.2.1/a?channel=1&token=hush, //ann@x, token hush';
    expect(withoutSecrets(said, camera!)).toBe('connect to 192.0.2.1 with [hidden] failed: http://192.0.2.1/a, //x, token [hidden]');
  });

  it('take the user name of the configuration where their URL has none', async () => {
    const camera = await server(({ headers }, response) => {
      if (headers.authorization === `Basic ${Buffer.from('bob:p@ss').toString('base64')}`) response.end(picture(7));
      else response.writeHead(401).end();
    });
    const site = await open({ cameras: `gate=${camera.url()}`, username: 'bob', password: 'p@ss' });
    await until(async () => (await site.numbers()).length === 1);
  });
});

describe('a camera that wants Digest authentication', () => {
  /** Answers with pictures to whom its nonce is answered rightly, with the count going up; takes each nonce a few times. */
  async function guarded(): Promise<PictureServer> {
    let [nonce, used, n] = [1, 0, 0];
    return server(({ headers, url }, response) => {
      const challenge = { realm: 'cam', nonce: `n${nonce}`, qop: 'auth' };
      const given = headers.authorization ?? '';
      const cnonce = /cnonce="([^"]+)"/.exec(given)?.[1] ?? '';
      const wanted = digestHeader(
        challenge,
        { username: 'ann', password: 's3cret' },
        { method: 'GET', uri: url!, count: used + 1, cnonce },
      );
      if (given === wanted && used < 4) {
        used++;
        response.end(picture(n++));
      } else {
        nonce++;
        used = 0;
        response.writeHead(401, { 'www-authenticate': `Digest realm="cam", nonce="n${nonce}", qop="auth"` }).end();
      }
    });
  }

  it('gets it, anew where the nonce has become old', async () => {
    const camera = await guarded();
    const site = await open({ cameras: `gate=${camera.url('/a?b=c', 'ann:s3cret@')}` });
    await until(async () => (await site.numbers()).length > 10);
    expect(site.lines).toEqual([]);
  });

  it('is asked twice at most where the password is wrong', async () => {
    const camera = await guarded();
    const site = await open({ cameras: `gate=${camera.url('/a', 'ann:wr0ng@')}`, 'retry.max.ms': '60000' });
    await until(() => site.lines.some((line) => line.includes('answered 401')));
    expect(camera.requests.length).toBe(2);
  });
});

describe('a camera over https', () => {
  it('is read where its certificate is trusted, and not where it is not', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headwater-camera-'));
    const { certificate, key } = await selfSignedCertificate(folder);
    const camera = createServer({ key, cert: certificate }, (_request, response) => {
      response.end(picture(1));
    });
    await new Promise<void>((resolve) => camera.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      camera.closeAllConnections();
      await new Promise((resolve) => camera.close(resolve));
      await rm(folder, { recursive: true });
    });
    const cameras = `gate=https://127.0.0.1:${(camera.address() as AddressInfo).port}/`;
    const wary = await open({ cameras });
    await until(() => wary.lines.some((line) => line.includes('self-signed certificate')));
    expect(await wary.numbers()).toEqual([]);
    const site = await open({ cameras, 'tls.ca.file': join(folder, 'certificate.pem') });
    await until(async () => (await site.numbers()).length === 1);
  });
});

describe('a connector of several cameras', () => {
  it('deals them out among its tasks', async () => {
    const camera = await server(({ url }, response) => response.end(picture(Number(url!.slice(1)))));
    const cameras = numbers(0, 5).map((n) => `c${n}=${camera.url(`/${n}`)}`);
    const site = await open({ cameras: cameras.join(','), 'tasks.max': '3' });
    await until(async () => (await site.events()).length === 5);
    expect((await site.events()).map((event) => `${event.camera} ${numberIn(event.bytes!)}`).sort()).toEqual(
      numbers(0, 5).map((n) => `c${n} ${n}`),
    );
    expect(site.states()).toEqual(['RUNNING', 'RUNNING', 'RUNNING']);
  });

  it('drops the oldest pictures where the log is too slow, and counts them in the log and in the next record', async () => {
    let n = 0;
    const camera = await server((_request, response) => response.end(picture(n++)));
    const site = await open({ cameras: `gate=${camera.url()}`, 'queue.frames': '5' });
    await until(async () => (await site.numbers()).length > 3);
    await site.worker.herder.pause('site');
    await until(() => site.states()[0] === 'PAUSED');
    const before = (await site.numbers()).at(-1)!;
    await until(() => n > before + 60);
    await site.worker.herder.resume('site');
    await until(async () => (await site.numbers()).length > before + 10);
    const events = await site.events();
    const first = events.find(({ attributes }) => attributes.dropped !== undefined)!;
    const found = await site.numbers();
    const gap = numberIn(first.bytes!) - found[found.indexOf(numberIn(first.bytes!)) - 1]! - 1;
    expect(Number(first.attributes.dropped)).toBe(gap);
    expect(gap).toBeGreaterThan(40);
    expect(site.lines.join('\n')).toContain(`camera gate: ${gap} pictures dropped`);
  });

  it.each([
    ['', 'there is no camera'],
    ['gate', 'entry 1 is not of the form id=URL'],
    ['a=http://x/, a=http://y/', 'camera a is there twice'],
    ['a=ftp://x/', 'camera a has the protocol ftp:'],
  ])('refuses the cameras "%s"', (cameras, problem) => {
    const [key] = cameraSource.config.validate({ cameras }).filter(({ name }) => name === 'cameras');
    expect(key!.errors.join()).toContain(problem);
  });
});
