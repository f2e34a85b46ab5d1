import { InvalidArgumentError, type Command } from 'commander';
import { eventFormats, eventTopics, isEventTopic } from '../../events/event-topics.js';
import { ImageEvent } from '../../events/image-event.js';
import { replayFrames } from '../../events/replay-frames.js';
import { parseLabel } from '../../events/parse-label.js';
import { placeLabel } from '../../events/place-label.js';
import { recordEncoder, topicWriter, type Outgoing } from '../../events/topic-writer.js';
import { imageFiles } from '../../image/image-files.js';
import { avro } from '../../serde/avro.js';
import { json } from '../../serde/json.js';
import type { SchemaRegistry } from '../../serde/registry.js';
import type { Format } from '../../serde/serde.js';
import { batches } from '../batches.js';
import { jsonLines } from '../json-lines.js';
import { positiveNumber } from '../parse-number.js';
import { progressBar } from '../progress.js';
import { inSession, type Session } from '../session.js';
import type { Terminal } from '../terminal.js';

interface ProduceOptions {
  readonly images?: string;
  readonly jsonl?: string;
  readonly rate?: number;
  readonly key: string;
  readonly fromTime?: number;
}

/** Records that go into the log in one append. */
const FRAMES_AT_ONCE = 16;
const LINES_AT_ONCE = 256;

export function produceCommand(program: Command, terminal: Terminal): void {
  const produce = program
    .command('produce <topic>')
    .description('Write pictures or JSON lines into a topic.')
    .option('--images <dir|glob>', 'pictures, in natural order, each one frame of a camera')
    .option('--jsonl <file>', 'lines as "tail --json" prints them: an object with value, perhaps key and timestamp; - for standard input')
    .option('--rate <fps>', 'write so many frames a second; without it all at once, with event times 10 a second', positiveNumber)
    .option('--key <camera>', 'the camera, key of the frames', 'camera')
    .option('--from-time <time>', 'event time of the first frame: ISO 8601 or milliseconds since 1970; default: now', time)
    .addHelpText('after', examples)
    .action((topic: string, options: ProduceOptions, command: Command) => {
      const { images, jsonl } = options;
      if ((images === undefined) === (jsonl === undefined)) produce.error('error: give either --images or --jsonl');
      return inSession(command, async (session) => {
        await provide(session, topic);
        const steps = images === undefined ? lines(session, topic, jsonl ?? '-') : frames(session, topic, images, options, terminal);
        const written = await finish(steps, terminal);
        const stopped = terminal.signal.aborted ? ', then stopped' : '';
        await terminal.write(
          session.json ? `${JSON.stringify({ topic, written })}\n` : `${written} records written to ${topic}${stopped}\n`,
        );
      });
    });
}

const examples = `
Examples:
  headwater produce camera-frames --images ./frames --rate 10 --key gate
  headwater produce labels --jsonl labels.jsonl --log ./data`;

/** The topics of the main job come into being here; any other must exist. */
async function provide({ log }: Session, topic: string): Promise<void> {
  if (isEventTopic(topic)) await log.createTopics(eventTopics.filter(({ name }) => name === topic));
  else await log.topics([topic]);
}

/** How many records are written and to be written, after every append. */
interface Step {
  readonly written: number;
  readonly total?: number;
}

async function* frames(
  session: Session,
  topic: string,
  images: string,
  options: ProduceOptions,
  { signal }: Terminal,
): AsyncGenerator<Step> {
  const { key: camera, rate, fromTime: start } = options;
  const files = await imageFiles(images);
  const events = replayFrames(files, {
    camera,
    signal,
    ...(rate !== undefined && { rate, paced: true }),
    ...(start !== undefined && { start }),
  });
  const write = topicWriter({ ...session, topic, format: ImageEvent });
  let written = 0;
  for await (const batch of batches(events, rate === undefined ? FRAMES_AT_ONCE : 1)) {
    await write(batch.map((value) => ({ key: camera, value, timestamp: value.capturedAt })));
    yield { written: (written += batch.length), total: files.length };
  }
}

async function* lines({ log, registry }: Session, topic: string, file: string): AsyncGenerator<Step> {
  const encode = recordEncoder({ registry, topic, format: await formatOf(registry, topic) });
  const place = (line: Outgoing<unknown>) => (topic === 'labels' ? placed({ log, registry }, line) : line);
  let written = 0;
  for await (const batch of batches(
    jsonLines(file, async (line) => encode(await place(line))),
    LINES_AT_ONCE,
  )) {
    await log.append(batch);
    yield { written: (written += batch.length) };
  }
}

/** A label with what its line leaves out: its key, who gave it and when, and where it only names a prediction, which frame that is of. */
async function placed(at: Pick<Session, 'log' | 'registry'>, line: Outgoing<unknown>): Promise<Outgoing<unknown>> {
  const label = await placeLabel(at, parseLabel(line.value), { source: 'command line', labelledAt: line.timestamp ?? Date.now() });
  return { ...label, ...line, key: line.key ?? label.key, value: label.value };
}

async function finish(steps: AsyncIterable<Step>, terminal: Terminal): Promise<number> {
  const bar = progressBar(terminal);
  let written = 0;
  try {
    for await (const step of steps) {
      bar.draw(step.written, step.total);
      written = step.written;
      if (terminal.signal.aborted) break;
    }
  } finally {
    bar.end();
  }
  return written;
}

/** The topic's own event, else the newest schema registered for it, else JSON. */
async function formatOf(registry: SchemaRegistry, topic: string): Promise<Format<unknown>> {
  if (isEventTopic(topic)) return eventFormats[topic];
  const registered = await registry.latest(`${topic}-value`);
  return registered ? avro(registered.subject, JSON.parse(registered.schema) as object) : json();
}

function time(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(ms) && ms >= 0) return ms;
  throw new InvalidArgumentError(`Expected a time such as 2026-05-01T12:00:00Z or 1777636800000, got "${text}".`);
}
