import { defineConfig } from 'vitest/config';

const alias = { headwater: new URL('./src/index.ts', import.meta.url).pathname };

/** Directories of tests that start processes, servers or large networks. */
const heavy = ['integration', 'golden', 'connectors', 'contracts', 'doctor', 'ml/deep', 'ml/engines', 'ml/zoo'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

/** `unit` needs no server and ends in under a minute; `integration` starts real processes and servers. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^headwater$/, replacement: alias.headwater },
      { find: /^headwater\/connect$/, replacement: new URL('./src/connector-api.ts', import.meta.url).pathname },
      { find: /^headwater\/testing$/, replacement: new URL('./src/testing/index.ts', import.meta.url).pathname },
    ],
  },
  test: {
    pool: 'forks',
    maxWorkers: '100%',
    reporters: ['default', './test/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          globalSetup: ['test/parity-setup.ts'],
          include: ['test/**/*.test.ts'],
          exclude: heavy,
          testTimeout: 20_000,
          hookTimeout: 60_000,
          // Files share processes: to load the same modules for each file anew takes more than half of the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          globalSetup: ['test/kafka/global-setup.ts', 'test/parity-setup.ts'],
          include: heavy,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
