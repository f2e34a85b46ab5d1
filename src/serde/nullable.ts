import type { Format } from './serde.js';

/** `format` with Kafka's null beside its values: optional keys, tombstones of compacted topics. */
export function nullable<T>(format: Format<T>): Format<T | null> {
  return {
    name: `${format.name} or null`,
    bind(context) {
      const serde = format.bind(context);
      return {
        serialize: (value) => (value === null ? null : serde.serialize(value)),
        deserialize: (bytes) => (bytes === null ? null : serde.deserialize(bytes)),
      };
    },
  };
}
