import { ImageEvent, LogRegistry, MemoryLog, readRecords, startConnectWorker, type ConnectWorker } from '../../src/index.js';
import { cameraSource } from '../../connectors/camera-source/camera-source.js';
import { numberIn } from './picture-server.js';

export const converters = {
  'value.converter': 'io.confluent.connect.avro.AvroConverter',
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
};

/** A worker with one connector of cameras, what it wrote and what it logged. */
export class CameraSite {
  readonly log = new MemoryLog();
  readonly lines: string[] = [];
  #worker: ConnectWorker | undefined;

  static async open(properties: Record<string, string>): Promise<CameraSite> {
    const site = new CameraSite();
    await site.start();
    await site.worker.herder.create('site', { 'connector.class': 'CameraSource', ...converters, topic: 'check', ...properties });
    return site;
  }

  get worker(): ConnectWorker {
    return this.#worker!;
  }

  async start(): Promise<void> {
    this.#worker = await startConnectWorker({ log: this.log, connectors: [cameraSource], write: (line) => void this.lines.push(line) });
  }

  async stop(): Promise<void> {
    await this.#worker?.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.log.close();
  }

  async events(): Promise<ImageEvent[]> {
    const found: ImageEvent[] = [];
    if (!(await this.log.topics()).some(({ name }) => name === 'check')) return found;
    const serde = ImageEvent.bind({ topic: 'check', side: 'value', registry: new LogRegistry(this.log) });
    for await (const { value } of readRecords(this.log, 'check')) found.push(await serde.deserialize(value));
    return found;
  }

  async numbers(camera = 'gate'): Promise<number[]> {
    return (await this.events()).filter((event) => event.camera === camera).map(({ bytes }) => numberIn(bytes!));
  }

  states(): string[] {
    return this.worker.herder.status('site').tasks.map(({ state }) => state);
  }
}
