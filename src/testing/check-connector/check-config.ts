import assert from 'node:assert/strict';
import type { ConnectorPlugin } from '../../connect/index.js';
import type { TestHooks } from '../check-log/check-log.js';

/** For slow machines. */
export const TIMEOUT_MS = 60_000;

/** The facts that hold for every connector's configuration. */
export function checkConfig(plugin: ConnectorPlugin, { it }: Pick<TestHooks, 'it'>): void {
  it(
    'documents every key in a full sentence',
    () => {
      for (const { name, documentation } of plugin.config.describe()) assert.match(documentation, /^\S.*\S$/s, `${name} has no docs`);
      return Promise.resolve();
    },
    TIMEOUT_MS,
  );

  it(
    'names every required key that is missing',
    () => {
      const errors = plugin.config.validate({}).flatMap((value) => value.errors);
      const required = plugin.config.describe().filter((key) => key.required);
      for (const { name } of required)
        assert(
          errors.some((problem) => problem.includes(`"${name}"`)),
          `${name} is not named`,
        );
      return Promise.resolve();
    },
    TIMEOUT_MS,
  );
}
