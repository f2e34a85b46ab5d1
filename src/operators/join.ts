import { asOf } from './join/as-of.js';
import { streams } from './join/streams.js';
import { table } from './join/table.js';
import { tables } from './join/tables.js';

/**
 * Joins by key, on inputs that are partitioned alike. What waits for its other half lies in the task's store and outlives epochs and restarts. The two
 * sides meet in the order in which their records come to the operator, so work that may overtake (an asynchronous map) belongs behind a join.
 */
export const join = { streams, table, asOf, tables };
