import { json } from '../serde/json.js';

/** Topic of what people ask of heads, keyed by region as labels are. */
export const HEAD_COMMANDS_TOPIC = 'head-commands';

/**
 * What a person asks of the head of one region. The trainer, the only writer of its aliases, carries it out in its place between examples, so `expected`
 * is a true compare-and-set.
 */
export type HeadCommand = {
  readonly head: string;
  /** The champion that the person saw; the command fails where it is another by then. */
  readonly expected?: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
} & (
  | { readonly action: 'retrain' | 'rollback' }
  /** `file` is the version's, base64; `learnedTo` the offset of the newest feature that it has learned from. */
  | { readonly action: 'promote'; readonly version: string; readonly file: string; readonly learnedTo: number }
);

/** Head commands as JSON. */
export const HeadCommand = json<HeadCommand>();
