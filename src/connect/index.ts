export * from './api.js';
export { newConnectWorker, startConnectWorker, type ConnectWorker, type ConnectWorkerOptions } from './connect-worker.js';
export { workerConfig } from './worker-config.js';
export { Herder } from './herder.js';
export { restServer, type RestOptions } from './rest/rest-server.js';
export { loadConnectors } from './connector-manifest.js';
