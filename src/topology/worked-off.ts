import type { Log } from '../log/log.js';

/** Whether a group has committed past all that lies in `topics`, the partition numbers in `besides` left out. */
export async function workedOff(
  log: Log,
  { group, topics, besides }: { readonly group: string; readonly topics: readonly string[]; readonly besides: ReadonlySet<number> },
): Promise<boolean> {
  const committed = await log.committed(group);
  const behind = [];
  for (const topic of topics) {
    for (const { partition, earliest, latest } of await log.bounds(topic)) {
      if (besides.has(partition)) continue;
      const offset = committed.find((position) => position.topic === topic && position.partition === partition)?.offset ?? earliest;
      if (offset < latest) behind.push({ topic, partition, offset });
    }
  }
  if (behind.length === 0) return true;
  const reader = await log.reader(behind); // on Kafka what remains may be nothing but transaction markers
  try {
    return await reader.atEnd();
  } finally {
    await reader.close();
  }
}
