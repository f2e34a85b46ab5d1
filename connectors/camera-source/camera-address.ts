import { Password, reasonOf, type Validator } from 'headwater/connect';

/** Where a camera is, and how to read it there. */
export interface CameraAddress {
  readonly id: string;
  /** Pictures over HTTP, a live stream through ffmpeg, or a video file through ffmpeg. */
  readonly kind: 'http' | 'stream' | 'video';
  /** The URL as it was given, or the path of the video file. Never for a log: it may hold credentials. */
  readonly location: string;
  /** The location without credentials and query. */
  readonly shown: string;
}

const STREAMS = /^(rtsps?|rtmps?|srt):$/;
const ENTRY = /^([^\s=,/]+)=(\S.*)$/s;

/** Reads `id=URL` entries. Throws where one is not like that; the message names the id and never the URL. */
export function parseCameras(list: string): CameraAddress[] {
  const entries = list.split(/\s*,\s*/).filter((entry) => entry !== '');
  const cameras = entries.map((entry, index) => {
    const [, id, location] = ENTRY.exec(entry) ?? [];
    if (id === undefined || location === undefined) throw new Error(`entry ${index + 1} is not of the form id=URL`);
    return addressOf(id, location);
  });
  const twice = cameras.find(({ id }, index) => cameras.findIndex((other) => other.id === id) !== index);
  if (twice) throw new Error(`camera ${twice.id} is there twice`);
  if (cameras.length === 0) throw new Error('there is no camera');
  return cameras;
}

/** The list that `parseCameras` reads. */
export function camerasText(cameras: readonly CameraAddress[]): string {
  return cameras.map(({ id, location }) => `${id}=${location}`).join(',');
}

/** The same camera with these credentials, unless its URL has some. */
export function withCredentials(address: CameraAddress, username: string, password: string): CameraAddress {
  if (address.kind === 'video' || username === '') return address;
  const url = new URL(address.location);
  if (url.username !== '') return address;
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  return { ...address, location: url.href };
}

/** Takes everything out of a text that may be a secret of this camera's URL: user, password, and the values of its query. */
export function withoutSecrets(text: string, { location, shown, kind }: CameraAddress): string {
  const plain = text.replaceAll(location, shown);
  if (kind === 'video') return plain;
  const { username, password, search, searchParams } = new URL(location);
  // Short values of a query, such as a channel's number, are no secrets and stand in other words too.
  const values = [...searchParams.values()].filter((value) => value.length >= 4);
  const secrets = [password, decoded(password), search, ...values].filter((secret) => secret !== '');
  const hidden = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), plain);
  return username === '' ? hidden : hidden.replaceAll(/\/\/[^\s/@]*@/g, '//');
}

/** Credentials of a URL as they were meant: percent-encoded, or written down plainly with a lone percent sign. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** For the configuration: a secret that holds a list of cameras. */
export const camerasValidator: Validator = (value) => {
  if (!(value instanceof Password)) return undefined;
  try {
    parseCameras(value.reveal());
    return undefined;
  } catch (thrown) {
    return reasonOf(thrown);
  }
};

function addressOf(id: string, location: string): CameraAddress {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(location)) return { id, kind: 'video', location, shown: location };
  if (!URL.canParse(location)) throw new Error(`camera ${id} has no valid URL`);
  const { protocol, host, pathname, href } = new URL(location);
  const shown = `${protocol}//${host}${pathname}`;
  if (protocol === 'http:' || protocol === 'https:') return { id, kind: 'http', location: href, shown };
  if (STREAMS.test(protocol)) return { id, kind: 'stream', location, shown };
  throw new Error(
    `camera ${id} has the protocol ${protocol}, known are http, https, rtsp, rtsps, rtmp, rtmps, srt and paths of video files`,
  );
}
