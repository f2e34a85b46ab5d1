import { describe, expect, it } from 'vitest';
import { MultipartReader } from '../../connectors/camera-source/multipart-reader.js';

const pictures = ['first picture \u00ff\u00d8 --', 'second\r\n\r\npicture', 'third-'].map((text) => Buffer.from(`${text}.`, 'latin1'));

/** What cameras make of RFC 2046, each with the Content-Type's boundary. */
const dialects: Record<string, { boundary: string | undefined; write: (body: Buffer) => (string | Buffer)[]; end?: string }> = {
  'parts with a Content-Length': {
    boundary: 'frame',
    write: (body) => ['--frame\r\n', `Content-Type: image/jpeg\r\nContent-Length: ${body.length}\r\n\r\n`, body, '\r\n'],
  },
  'parts without one': {
    boundary: 'frame',
    write: (body) => ['--frame\r\nContent-Type: image/jpeg\r\n\r\n', body, '\r\n'],
    end: '--frame--\r\n',
  },
  'a boundary whose dashes are in the header already': {
    boundary: '--frame',
    write: (body) => ['--frame\r\nContent-Type: image/jpeg\r\n\r\n', body, '\r\n'],
    end: '--frame--',
  },
  'a boundary whose own dashes come on top': {
    boundary: '--frame',
    write: (body) => ['----frame\r\nContent-Type: image/jpeg\r\n\r\n', body, '\r\n'],
    end: '----frame--',
  },
  'lone line feeds': { boundary: 'frame', write: (body) => ['--frame\nContent-type:image/jpeg\n\n', body, '\n'], end: '--frame\n' },
  'no line break before the boundary': { boundary: 'frame', write: (body) => [`--frame\r\ncontent-length:${body.length}\r\n\r\n`, body] },
  'no boundary in the header': {
    boundary: undefined,
    write: (body) => ['--strange\r\nX: 1\r\n\r\n', body, '\r\n'],
    end: '--strange--\r\n',
  },
  'parts without any header': { boundary: 'b', write: (body) => ['--b\r\n\r\n', body, '\r\n'], end: '--b' },
};

describe.each(Object.entries(dialects))('%s', (_, { boundary, write, end = '' }) => {
  const stream = Buffer.concat(['\r\n', ...pictures.flatMap(write), end].map((piece) => Buffer.from(piece as string, 'latin1')));

  it.each([1, 2, 3, 7, 64, 100_000])('gives the bodies as they were, read %d bytes at a time', (size) => {
    const reader = new MultipartReader({ boundary, maxPartBytes: 1000 });
    const found: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      found.push(...reader.push(stream.subarray(at, at + size)).map(({ body }) => body.toString('latin1')));
    }
    expect(found).toEqual(pictures.map((picture) => picture.toString('latin1')));
  });
});

describe('a multipart reader', () => {
  const read = (text: string, times: number): void => {
    const reader = new MultipartReader({ boundary: 'frame', maxPartBytes: 100_000 });
    for (let i = 0; i < times; i++) reader.push(Buffer.from(i === 0 ? text : text.slice(-1).repeat(1000)));
  };

  it('refuses a part without an end', () => {
    expect(() => read('--frame\r\n\r\nx', 200)).toThrow('larger than 100000 bytes');
  });

  it('refuses a part that says it is too large', () => {
    expect(() => read('--frame\r\nContent-Length: 100001\r\n\r\n', 1)).toThrow('larger than 100000 bytes');
  });

  it('refuses headers and boundary lines without an end', () => {
    expect(() => read('--frame\r\nx', 20)).toThrow('headers of a part');
    expect(() => read('--framex', 20)).toThrow('boundary line');
  });

  it('keeps nothing of what comes before the first boundary', () => {
    const reader = new MultipartReader({ boundary: 'frame', maxPartBytes: 10 });
    for (let i = 0; i < 1000; i++) expect(reader.push(Buffer.alloc(1000, 'z'))).toEqual([]);
    expect(reader.push(Buffer.from('--frame\r\n\r\nhere\r\n--frame'))).toMatchObject([{ body: Buffer.from('here') }]);
  });

  it('finds the next part again after one whose Content-Length was too small', () => {
    const reader = new MultipartReader({ boundary: 'frame', maxPartBytes: 1000 });
    const parts = reader.push(Buffer.from('--frame\r\nContent-Length: 3\r\n\r\nabcdef\r\n--frame\r\nContent-Length: 2\r\n\r\nok\r\n'));
    expect(parts.map(({ body }) => String(body))).toEqual(['abc', 'ok']);
  });
});
