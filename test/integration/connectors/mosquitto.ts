import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../kafka/ports.js';
import { GuardedProcess } from './guarded-process.js';

const PROGRAM = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find((path) => existsSync(path));
export const hasMosquitto = PROGRAM !== undefined;
if (!hasMosquitto) console.warn('SKIPPED: the MQTT connectors are not tested, there is no broker here (Debian: apt-get install mosquitto)');

/** An MQTT broker of its own that keeps its sessions and messages in a temporary folder. */
export class Mosquitto {
  #process: GuardedProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** `settings` are lines of mosquitto.conf beside those for the port and the folder. */
  static async start(settings: readonly string[] = ['allow_anonymous true']): Promise<Mosquitto> {
    const folder = await mkdtemp(join(tmpdir(), 'headwater-mosquitto-'));
    const [port] = await freePorts(1);
    const broker = new Mosquitto(folder, port!);
    const ours = [`listener ${port} 127.0.0.1`, 'persistence true', `persistence_location ${folder}/`, 'max_queued_messages 0'];
    // It gives up root's rights and then could not write its folder.
    const user = process.getuid?.() === 0 ? ['user root'] : [];
    await writeFile(join(folder, 'mosquitto.conf'), [...ours, ...user, ...settings, ''].join('\n'));
    await broker.start();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ['-c', join(this.folder, 'mosquitto.conf')];
    this.#process = await GuardedProcess.start(PROGRAM!, args, { port: this.port, logFile: join(this.folder, 'log') });
  }

  /** SIGTERM lets it write its sessions down; it hangs up on its clients without a word. */
  async stop(): Promise<void> {
    await this.#process?.end('SIGTERM');
  }

  async remove(): Promise<void> {
    await this.#process?.end('SIGKILL');
    await rm(this.folder, { recursive: true });
  }
}
