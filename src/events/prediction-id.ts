import type { FramePosition } from './frame-position.js';

/** Names what was predicted of one region of one frame: `TOPIC-PARTITION-OFFSET/REGION`. */
export function predictionId({ topic, partition, offset }: FramePosition, region: string): string {
  return `${topic}-${partition}-${offset}/${region}`;
}

/** The frame and the region in the id of a prediction; nothing where it is none. */
export function parsePredictionId(id: string): { readonly frame: FramePosition; readonly region: string } | undefined {
  const [, topic, partition, offset, region] = /^([^/]+)-(\d+)-(\d+)\/(.+)$/.exec(id) ?? [];
  if (topic === undefined || region === undefined) return undefined;
  return { frame: { topic, partition: Number(partition), offset: Number(offset) }, region };
}
