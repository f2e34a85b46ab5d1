/** The record of a frame from which something was derived. */
export interface FramePosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export const framePosition = {
  type: 'record',
  name: 'FramePosition',
  fields: [
    { name: 'topic', type: 'string' },
    { name: 'partition', type: 'int' },
    { name: 'offset', type: 'long' },
  ],
} as const;
