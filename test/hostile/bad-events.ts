import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { ImageEvent, LabelEvent, type SchemaRegistry } from '../../src/index.js';

/** A record for `camera-frames` and what has to become of it. */
export interface TestFrame {
  readonly name: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly expected: 'predicted' | 'dead' | 'either';
  /** What the reason of a dead letter says. */
  readonly reason?: RegExp;
}

const key = Buffer.from('gate');
const topic = 'camera-frames';

/** An image event of `camera` with everything else as `change` says. */
export function imageEvent(change: Partial<ImageEvent>): ImageEvent {
  const nothing = { bytes: null, uri: null, sha256: null, attributes: {} };
  return { camera: 'gate', capturedAt: Date.UTC(2026, 0, 1), encoding: 'image/jpeg', width: 0, height: 0, ...nothing, ...change };
}

/** Records that are no image events, or events that name no picture. */
export async function badEvents(registry: SchemaRegistry, jpeg: Buffer): Promise<TestFrame[]> {
  const serde = ImageEvent.bind({ topic, side: 'value', registry });
  const good = Buffer.from((await serde.serialize(imageEvent({ bytes: jpeg })))!);
  const label = { camera: 'gate', region: 'frame', capturedAt: 0, label: 'x', source: 'test', predictionId: null, labelledAt: 0 };
  const labelled = Buffer.from((await LabelEvent.bind({ topic: 'labels', side: 'value', registry }).serialize(label))!);
  const withSchema = (id: number): Buffer => {
    const bytes = Buffer.from(good);
    bytes.writeInt32BE(id, 1);
    return bytes;
  };
  const raw = async (change: Partial<ImageEvent>) => (await serde.serialize(imageEvent({ encoding: 'raw/rgb8', ...change }))) as Buffer;
  const dead = (name: string, value: Buffer | null, reason: RegExp): TestFrame => ({ name, key, value, expected: 'dead', reason });
  return [
    dead('a tombstone', null, /it is null/),
    dead('an empty value', Buffer.alloc(0), /too short for a schema id/),
    dead('four bytes', Buffer.alloc(4), /too short for a schema id/),
    dead('a JPEG without an envelope', jpeg, /starts with byte 255/),
    dead('JSON', Buffer.from('{"camera":"gate"}'), /starts with byte 123/),
    dead('a schema id that nobody registered', withSchema(9999), /has no schema 9999/),
    dead('a negative schema id', withSchema(-1), /has no schema -1/),
    dead('the event of another schema', labelled, /cannot read/),
    dead('an event under the schema of a label', withSchema(labelled.readInt32BE(1)), /cannot read/),
    dead('an event cut in the middle', good.subarray(0, good.length >> 1), /is no ImageEvent/),
    dead('an event of its header only', good.subarray(0, 5), /is no ImageEvent/),
    dead('an event with bytes after it', Buffer.concat([good, Buffer.alloc(3)]), /3 bytes are left over/),
    dead('zeros for a body', Buffer.concat([good.subarray(0, 5), Buffer.alloc(200)]), /is no ImageEvent/),
    dead('0xff for a body', Buffer.concat([good.subarray(0, 5), Buffer.alloc(200, 0xff)]), /is no ImageEvent/),
    { ...dead('a key that is no text', good, /key of topic camera-frames is no text/), key: Buffer.of(0xff, 0xfe) },
    { ...dead('no key', good, /key of topic camera-frames is no text: it is null/), key: null },
    dead('raw pixels too few for their size', await raw({ width: 640, height: 480, bytes: Buffer.alloc(1000) }), /raw|pixels|bytes/),
    dead('raw pixels of a negative width', await raw({ width: -640, height: 480, bytes: Buffer.alloc(921_600) }), /./),
    dead('raw pixels of no size', await raw({ bytes: Buffer.alloc(300) }), /./),
    dead('more raw pixels than there may be', await raw({ width: 2 ** 31 - 1, height: 2 ** 31 - 1, bytes: Buffer.alloc(9) }), /./),
  ];
}

/** Events that name their picture by URI; files for them are made below `folder`, whose `blobs` is the only place that may be read. */
export async function blobEvents(registry: SchemaRegistry, folder: string, jpeg: Buffer): Promise<TestFrame[]> {
  const serde = ImageEvent.bind({ topic, side: 'value', registry });
  const sha256 = createHash('sha256').update(jpeg).digest('hex');
  const files = ['blobs/frame.jpg', 'blobs/a b.jpg', 'blobs-beside/frame.jpg', 'frame.jpg'];
  for (const file of files) {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeFile(path.join(folder, file), jpeg);
  }
  const root = pathToFileURL(`${folder}/`).href;
  const named = async (name: string, uri: string, reason?: RegExp, hash = sha256): Promise<TestFrame> => ({
    name,
    key,
    value: Buffer.from((await serde.serialize(imageEvent({ uri, sha256: hash })))!),
    ...(reason ? { expected: 'dead', reason } : { expected: 'predicted' }),
  });
  const outside = /lies outside the blob directory/;
  return Promise.all([
    named('a picture by URI', `${root}blobs/frame.jpg`),
    named('a picture by URI with a space', `${root}blobs/a%20b.jpg`),
    named('a hash in capitals', `${root}blobs/frame.jpg`, undefined, sha256.toUpperCase()),
    named('a URI outside', `${root}frame.jpg`, outside),
    named('a URI with dots to the outside', `${root}blobs/../frame.jpg`, outside),
    named('a URI with encoded dots', `${root}blobs/%2e%2e/frame.jpg`, outside),
    named('a URI with an encoded slash', `${root}blobs/..%2fframe.jpg`, /cannot be read/),
    named('a directory whose name begins alike', `${root}blobs-beside/frame.jpg`, outside),
    named('a file of the machine', 'file:///etc/hostname', outside),
    named('a web address', 'http://127.0.0.1:9/frame.jpg', /only file: URIs/),
    named('no address', 'frame.jpg', /only file: URIs/),
    named('a file that is not there', `${root}blobs/missing.jpg`, /cannot be read/),
    named('a directory', `${root}blobs/`, /cannot be read/),
    named('another hash', `${root}blobs/frame.jpg`, /SHA-256 is another/, '0'.repeat(64)),
  ]);
}
