import type { PredictionEvent } from '../../src/index.js';

/** What a head says of one region of the frame at `offset`: occupied with this probability. */
export function prediction(camera: string, region: string, capturedAt: number, occupied: number, offset = capturedAt): PredictionEvent {
  return {
    id: `camera-frames-0-${offset}/${region}`,
    camera,
    region,
    capturedAt,
    predictedAt: capturedAt + 5,
    head: { name: 'occupied', version: 'v1' },
    featurizer: 'EfficientNetLite0@1',
    label: occupied > 0.5 ? 'occupied' : 'clear',
    labels: ['clear', 'occupied'],
    probabilities: [1 - occupied, occupied],
    frame: { topic: 'camera-frames', partition: 0, offset },
  };
}
