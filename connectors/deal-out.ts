import type { Connector, Properties } from 'headwater/connect';

/** How the work of a connector is divided. */
export interface Dealt<T> {
  /** All that there is to do, such as cameras. */
  items(properties: Properties): readonly T[];
  /** What names these items in a task's configuration. */
  properties(items: readonly T[]): Properties;
}

/** A connector that deals its items out among its tasks in turn (as Kafka Connect's ConnectorUtils does in groups). */
export function dealOut<T>(dealt: Dealt<T>): Connector {
  let given: Properties = {};
  return {
    start(properties) {
      given = properties;
    },
    taskConfigs(maxTasks) {
      const items = dealt.items(given);
      const tasks = Math.min(maxTasks, items.length);
      return Array.from({ length: tasks }, (_, task) => ({
        ...given,
        ...dealt.properties(items.filter((_item, index) => index % tasks === task)),
      }));
    },
  };
}
