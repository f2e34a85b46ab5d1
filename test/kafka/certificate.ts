import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './jars.js';

/** A self-signed certificate for 127.0.0.1 and its key, PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export async function selfSignedCertificate(folder: string): Promise<Certificate> {
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject]);
  return { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
}
