import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { connectSchemaOf, ImageEvent, Schemas, Struct, type NewSourceRecord } from 'headwater/connect';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
};

const schema = connectSchemaOf(ImageEvent);

/** The media type of a picture by its file name; undefined where the name is no picture's. */
export function mediaTypeOf(fileName: string): string | undefined {
  return MEDIA_TYPES[extname(fileName).toLowerCase()];
}

/** The extension of a file that holds a picture of a media type. */
export function extensionOf(mediaType: string): string {
  if (mediaType === 'raw/rgb8') return 'rgb8';
  const [extension = '.bin'] = Object.entries(MEDIA_TYPES).find(([, type]) => type === mediaType) ?? [];
  return extension.slice(1);
}

/** A picture as a source found it: its bytes, or a URI and their SHA-256 where they stay where they are. */
export type Picture = Pick<ImageEvent, 'camera' | 'capturedAt' | 'encoding' | 'attributes'> &
  ({ readonly bytes: Uint8Array } | { readonly uri: string; readonly sha256: string });

/** Key, value and time of a source record that stores a picture as an image event, keyed by camera. */
export function imageRecord(picture: Picture): Pick<NewSourceRecord, 'keySchema' | 'key' | 'valueSchema' | 'value' | 'timestamp'> {
  const { camera, capturedAt, encoding, attributes } = picture;
  const content =
    'bytes' in picture
      ? { bytes: picture.bytes, sha256: createHash('sha256').update(picture.bytes).digest('hex') }
      : { uri: picture.uri, sha256: picture.sha256 };
  const value = new Struct(schema, {
    camera,
    capturedAt: new Date(capturedAt),
    encoding,
    width: 0,
    height: 0,
    ...content,
    attributes: new Map(Object.entries(attributes)),
  });
  return { keySchema: Schemas.string, key: camera, valueSchema: schema, value, timestamp: capturedAt };
}
