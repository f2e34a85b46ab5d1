export { TestClock } from './test-clock.js';
export { checkLog, logCases, type TestHooks } from './check-log/check-log.js';
export type { LogCase } from './check-log/log-case.js';
export { checkRegistry } from './check-registry/check-registry.js';
export { TopologyDriver, type DriverOptions, type TestInput, type TestOutput } from './topology-driver.js';
