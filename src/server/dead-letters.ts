import type { Log } from '../log/log.js';
import type { LogRecord } from '../record.js';
import type { App } from '../topology/app.js';

/** Dead letters of a topic that are told of, the newest. */
const shown = 50;
/** Letters of a header that are told. */
const headerLength = 2000;
const prefix = '__connect.errors.';

/** A record without its value, of which only the length is looked at. */
type Letter = Omit<LogRecord, 'value'> & { readonly bytes: number };

/** The newest dead letters of the log, with their reasons and headers; of the values only the length, since they are what could not be used. */
export async function deadLetters(log: Log, apps: readonly App[]) {
  const existing = (await log.topics()).map(({ name }) => name);
  const own = new Set(apps.map(({ deadLetterTopic }) => deadLetterTopic));
  const topics = existing.filter((name) => own.has(name) || name.endsWith('-dead-letter'));
  const found = await Promise.all(topics.map((topic) => newestOf(log, topic)));
  return found
    .flat()
    .map(described)
    .sort((a, b) => b.timestamp - a.timestamp || b.offset - a.offset)
    .slice(0, shown);
}

async function newestOf(log: Log, topic: string): Promise<Letter[]> {
  const bounds = await log.bounds(topic);
  const reader = await log.reader(
    bounds.map(({ partition, earliest, latest }) => ({ topic, partition, offset: Math.max(earliest, latest - shown) })),
  );
  const found: Letter[] = [];
  try {
    while (!(await reader.atEnd())) {
      for (const { value, ...record } of await reader.fetch({ waitMs: 1000 })) found.push({ ...record, bytes: value?.length ?? 0 });
    }
  } finally {
    await reader.close();
  }
  return found;
}

function described({ topic, partition, offset, timestamp, key, headers, bytes }: Letter) {
  const texts = headers.map(({ key: name, value }) => [name, value === null ? null : textOf(value)] as const);
  const about = (name: string): string | null => texts.findLast(([key]) => key === prefix + name)?.[1] ?? null;
  return {
    topic,
    partition,
    offset,
    timestamp,
    key: key === null ? null : textOf(key),
    bytes,
    reason: about('exception.message'),
    stage: about('stage'),
    class: about('exception.class.name'),
    app: about('connector.name'),
    origin: `${about('topic') ?? '?'}-${about('partition') ?? '?'}@${about('offset') ?? '?'}`,
    headers: texts,
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString().slice(0, headerLength);
}
