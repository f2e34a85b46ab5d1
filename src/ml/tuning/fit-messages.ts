import type { TopicSpec } from '../../log/log.js';
import { parseMessage } from './message.js';

/** How much rows of each class count, in the order of the fit's labels; 1 where there is none. */
interface Weighted {
  readonly factors?: Float64Array;
}

/** What is asked of every shard: its rows a class, its moments, its scatter around a mean, its loss and gradient, or its Hessian times a direction. */
export type FitQuestion = Weighted &
  (
    | { readonly kind: 'counts' }
    | { readonly kind: 'moments' }
    | { readonly kind: 'scatter'; readonly mean: Float64Array }
    | { readonly kind: 'evaluate'; readonly point: Float64Array }
    | { readonly kind: 'curvature'; readonly at: Float64Array; readonly point: Float64Array }
  );

/** A question of one fit. Questions are answered from what they hold alone, so that any owner of the shard can. */
export interface FitRequest {
  readonly fit: string;
  readonly step: number;
  readonly question: FitQuestion;
}

/** One shard's sums, or why there are none. */
export interface FitReply {
  readonly fit: string;
  readonly step: number;
  readonly shard: number;
  /** Who worked it out. */
  readonly worker: string;
  /** Weights of the rows, summed. */
  readonly weight: number;
  readonly sums: Readonly<Record<string, Float64Array>>;
  readonly failure?: string;
}

export const FIT_REQUESTS_TOPIC = 'tuning-fit-requests';
export const FIT_REPLIES_TOPIC = 'tuning-fit-replies';

/** A partition of requests a shard: its owner has the shard's rows. */
export function fitTopics(shards: number): TopicSpec[] {
  return [
    { name: FIT_REQUESTS_TOPIC, partitions: shards },
    { name: FIT_REPLIES_TOPIC, partitions: 1 },
  ];
}

const FLOATS = 'float64:';

/** JSON, with numbers in their own bytes: nothing is lost on the way. */
export function encodeFit(message: FitRequest | FitReply): Uint8Array {
  return Buffer.from(
    JSON.stringify(message, (_, value: unknown) =>
      value instanceof Float64Array ? FLOATS + Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value,
    ),
  );
}

export function decodeFitRequest(bytes: Uint8Array | null): FitRequest | undefined {
  return parseMessage(bytes, revive) as FitRequest | undefined;
}

export function decodeFitReply(bytes: Uint8Array | null): FitReply | undefined {
  return parseMessage(bytes, revive) as FitReply | undefined;
}

function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(FLOATS)) return value;
  return new Float64Array(new Uint8Array(Buffer.from(value.slice(FLOATS.length), 'base64')).buffer);
}
