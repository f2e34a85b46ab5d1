import type { TopicPartition } from 'headwater/connect';

/** A finished file: the records of one partition from `first` to `last`. */
export interface FinishedFile extends TopicPartition {
  readonly first: number;
  readonly last: number;
}

const DIGITS = 20;

/** `topic+partition+first+last.extension`, offsets with leading zeros, so that names sort in offset order. */
export function fileName({ topic, partition, first, last }: FinishedFile, extension: string): string {
  const pad = (offset: number): string => String(offset).padStart(DIGITS, '0');
  return `${topic}+${partition}+${pad(first)}+${pad(last)}.${extension}`;
}

/** What a name says, or nothing where it is no name of a finished file. */
export function parseFileName(name: string): FinishedFile | undefined {
  const match = /^([\w.-]+)\+(\d+)\+(\d{20})\+(\d{20})\.\w+$/.exec(name);
  if (!match) return undefined;
  const [, topic = '', partition, first, last] = match;
  return { topic, partition: Number(partition), first: Number(first), last: Number(last) };
}
