import type { NodeAddress } from './broker-properties.js';

/** Running nodes, however they run. */
export interface Cluster {
  readonly nodes: readonly NodeAddress[];
  /** Ends a node at once, as a power cut would. */
  kill(node: number): Promise<void>;
  /** Starts a killed node on its old data; resolves when it takes requests. */
  restart(node: number): Promise<void>;
  stop(): Promise<void>;
}
