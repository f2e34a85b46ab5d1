import { spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const kafkaVersion = '4.3.1';
const apicurioVersion = '2.6.13.Final';
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';
const cache = process.env.HEADWATER_KAFKA_CACHE ?? join(homedir(), '.cache', 'headwater-kafka');
// The compiled harness (dist/test/kafka) has no copy of the pom.
const pom = fileURLToPath(new URL('pom.xml', import.meta.url)).replace('/dist/', '/');

/** The class path of Apache Kafka; fetched from Maven Central once (43 MB). */
export function kafkaClassPath(): Promise<string> {
  return classPath(kafkaVersion);
}

/** The class path of Kafka's own Connect worker with its file connectors; fetched once (60 MB). */
export function connectClassPath(): Promise<string> {
  return classPath(`connect-${kafkaVersion}`, '-Pconnect');
}

async function classPath(name: string, ...profile: string[]): Promise<string> {
  const what = [`-Dkafka.version=${kafkaVersion}`, '-DincludeScope=runtime'];
  const folder = await cached(name, (into) =>
    run('mvn', ['-q', '-B', '-f', pom, ...profile, `${plugin}:copy-dependencies`, ...what, `-DoutputDirectory=${into}`]),
  );
  return join(folder, '*');
}

/** The runnable jar of Apicurio Registry, which answers as Confluent's registry does; fetched once (142 MB). */
export async function apicurioJar(): Promise<string> {
  const folder = await cached(`apicurio-${apicurioVersion}`, async (into) => {
    const artifact = `io.apicurio:apicurio-registry-app:${apicurioVersion}:tar.gz:all`;
    await run('mvn', ['-q', '-B', `${plugin}:copy`, `-Dartifact=${artifact}`, `-DoutputDirectory=${into}`]);
    const archive = join(into, `apicurio-registry-app-${apicurioVersion}-all.tar.gz`);
    await run('tar', ['xzf', archive, '-C', into]);
    await rm(archive);
  });
  const jar = (await readdir(folder)).find((name) => name.endsWith('-runner.jar'));
  if (jar === undefined) throw new Error(`no -runner.jar in ${folder}`);
  return join(folder, jar);
}

/** Whether this machine can run JVM servers: `java` and `mvn` answer. */
export async function hasJvm(): Promise<boolean> {
  try {
    await run('java', ['-version']);
    await run('mvn', ['-version']);
    return true;
  } catch {
    return false;
  }
}

/** Filled beside its place and renamed, so that a broken download leaves nothing behind and two runs do not meet. */
async function cached(name: string, fill: (into: string) => Promise<void>): Promise<string> {
  const folder = join(cache, name);
  if (await exists(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const into = await mkdtemp(`${folder}-`);
  try {
    await fill(into);
    await rename(into, folder);
  } catch (reason) {
    await rm(into, { recursive: true, force: true });
    if (!(await exists(folder))) throw reason;
  }
  return folder;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end; what it printed is the error when it fails. */
export async function run(program: string, args: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${printed.slice(-2000)}`));
    });
  });
}
