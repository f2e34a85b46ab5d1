import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { freePorts } from '../../kafka/ports.js';
import { GuardedProcess } from './guarded-process.js';

/** Versity's S3 gateway (Apache-2.0), built once by the Go toolchain where there is one. */
const MODULE = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const CACHE = join(homedir(), '.cache', 'headwater-s3');
const PROGRAM = join(CACHE, 'versitygw');
const BUILD_MS = 900_000;

export const hasS3 = existsSync(PROGRAM) || buildServer();
if (!hasS3)
  console.warn(`SKIPPED: the S3 connectors are not tested, there is no S3 server here and Go cannot build one (go install ${MODULE})`);

function buildServer(): boolean {
  if (spawnSync('go', ['version']).status !== 0) return false;
  console.warn(`building an S3 server, once and for some minutes: go install ${MODULE}`);
  return spawnSync('go', ['install', MODULE], { env: { ...process.env, GOBIN: CACHE }, timeout: BUILD_MS }).status === 0;
}

const KEYS = { accessKeyId: 'test', secretAccessKey: 'very-secret' };
export const BUCKET = 'pictures';

/** An S3 server of its own with one bucket, in a temporary folder. */
export class S3Server {
  #process: GuardedProcess | undefined;
  #places = 0;
  readonly client: S3Client;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {
    this.client = new S3Client({ endpoint: this.url, region: 'us-east-1', credentials: KEYS, forcePathStyle: true });
  }

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'headwater-s3-'));
    for (const name of ['data', 'metadata']) await mkdir(join(folder, name));
    const [port] = await freePorts(1);
    const server = new S3Server(folder, port!);
    await server.start();
    await server.client.send(new CreateBucketCommand({ Bucket: BUCKET }));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What a connector needs to reach the bucket, through `url` where another stands between. */
  properties(url = this.url): Record<string, string> {
    return { bucket: BUCKET, endpoint: url, 'access.key.id': KEYS.accessKeyId, 'secret.access.key': KEYS.secretAccessKey };
  }

  /** The same with a prefix that nobody else uses. */
  place(url = this.url): Record<string, string> {
    return { ...this.properties(url), prefix: `p${++this.#places}/` };
  }

  /** The environment in which AWS' clients find it. */
  environment(url = this.url): Record<string, string> {
    const { accessKeyId, secretAccessKey } = KEYS;
    return { AWS_ENDPOINT_URL_S3: url, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  }

  async start(): Promise<void> {
    const args = [
      '--quiet',
      '--port',
      `127.0.0.1:${this.port}`,
      'posix',
      '--sidecar',
      join(this.folder, 'metadata'),
      join(this.folder, 'data'),
    ];
    const env = { ROOT_ACCESS_KEY_ID: KEYS.accessKeyId, ROOT_SECRET_ACCESS_KEY: KEYS.secretAccessKey };
    this.#process = await GuardedProcess.start(PROGRAM, args, { port: this.port, logFile: join(this.folder, 'log'), env });
  }

  async kill(): Promise<void> {
    await this.#process?.end('SIGKILL');
  }

  async remove(): Promise<void> {
    await this.kill();
    this.client.destroy();
    await rm(this.folder, { recursive: true });
  }

  async put(key: string, body: Uint8Array | string, metadata: Record<string, string> = {}): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body, Metadata: metadata }));
  }

  async get(key: string): Promise<{ readonly bytes: Buffer; readonly type: string; readonly metadata: Readonly<Record<string, string>> }> {
    const {
      Body: body,
      ContentType: type = '',
      Metadata: metadata = {},
    } = await this.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return { bytes: Buffer.from(await body!.transformToByteArray()), type, metadata };
  }

  /** All keys under a prefix, in order. */
  async keys(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for (;;) {
      const after = found.at(-1);
      const { Contents: page = [] } = await this.client.send(
        new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix, ...(after && { StartAfter: after }) }),
      );
      if (page.length === 0) return found;
      found.push(...page.map(({ Key: key }) => key!));
    }
  }
}
