import { json, openLog, topicWriter, openRegistry, readRecords } from 'headwater';

const number = json<number>();

/** 2,000 records of 20 keys. */
const inputs = Array.from({ length: 2000 }, (_, index) => ({ key: `key-${index % 20}`, value: index }));

/** Sums per key, in order, as one undisturbed run gives them. */
export function expectedSums(): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const { key, value } of inputs) sums.set(key, [...(sums.get(key) ?? []), (sums.get(key)?.at(-1) ?? 0) + value]);
  return sums;
}

export async function writeInputs(location: string, partitions: number): Promise<void> {
  const log = await openLog(location);
  const registry = openRegistry(log);
  await log.createTopics([{ name: 'numbers', partitions }]);
  await topicWriter({ log, registry, topic: 'numbers', format: number })(inputs);
  await registry.close();
  await log.close();
}

/** Committed values of a topic by key, in order. */
export async function committedByKey(location: string, topic: string): Promise<Map<string, number[]>> {
  const log = await openLog(location);
  const byKey = new Map<string, number[]>();
  for await (const { key, value } of readRecords(log, topic)) {
    const name = Buffer.from(key!).toString();
    byKey.set(name, [...(byKey.get(name) ?? []), Number(Buffer.from(value!).toString())]);
  }
  await log.close();
  return byKey;
}
