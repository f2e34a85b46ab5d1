import { describe, expect, it } from 'vitest';
import { digestChallenge, digestHeader } from '../../connectors/camera-source/authorization.js';

/** RFC 7616, 3.9.1. */
const header =
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
  'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, ' +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const mufasa = { username: 'Mufasa', password: 'Circle of Life' };
const request = { method: 'GET', uri: '/dir/index.html', count: 1, cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' };
const responseIn = (text: string): string | undefined => /response="(\w+)"/.exec(text)?.[1];

describe('Digest authentication', () => {
  it('answers as in the examples of RFC 7616', () => {
    const challenge = digestChallenge(header)!;
    expect(challenge).toMatchObject({ realm: 'http-auth@example.org', algorithm: 'SHA-256', qop: 'auth, auth-int' });
    const answer = digestHeader(challenge, mufasa, request);
    expect(responseIn(answer)).toBe('753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1');
    expect(answer).toContain('nc=00000001');
    const older = digestHeader({ ...challenge, algorithm: 'MD5' }, mufasa, request);
    expect(responseIn(older)).toBe('8ca523f5e9506fed4657c9700eebdbec');
  });

  it('answers without qop as in the (corrected) example of RFC 2069', () => {
    const challenge = digestChallenge('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"')!;
    expect(responseIn(digestHeader(challenge, { ...mufasa, password: 'CircleOfLife' }, request))).toBe('1949323746fe6a43ef61f9606e7febea');
  });

  it('leaves alone what it cannot answer', () => {
    expect(digestChallenge('Basic realm="x"')).toBeUndefined();
    expect(digestChallenge('Digest realm="x", nonce="y", algorithm=SHA-512-256')).toBeUndefined();
    expect(digestChallenge('Basic realm="x", Digest realm="y", nonce="z"')).toMatchObject({ realm: 'y' });
  });
});
