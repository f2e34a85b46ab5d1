export { TestClock } from './test-clock.js';
export { checkLog, logCases, type TestHooks } from './check-log/check-log.js';
export type { LogCase } from './check-log/log-case.js';
export { checkRegistry } from './check-registry/check-registry.js';
export { TopologyDriver, type DriverOptions, type TestInput, type TestOutput } from './topology-driver.js';
export { checkSink, type SinkCheck } from './check-connector/check-sink.js';
export { checkSource, type SourceCheck } from './check-connector/check-source.js';
export { checkEstimator, checkEvaluator, checkTransformer } from './check-stage.js';
