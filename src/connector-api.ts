// What connectors are made of: `headwater/connect`. A worker that loads connectors by these names alone loads no model, no engine and no picture library.

export * from './connect/api.js';
export { defineConfig, Password, validators, type ConfigOf, type Properties, type Validator } from './config/index.js';
export { reasonOf } from './errors.js';

// Records and events
export { partitionName, type TopicPartition } from './record.js';
export type { Position } from './log/log.js';
export { ImageEvent } from './events/image-event.js';
export { LabelEvent } from './events/label-event.js';
export { regionKey } from './events/region-key.js';

// Random numbers
export { uniformAt } from './ml/random.js';
